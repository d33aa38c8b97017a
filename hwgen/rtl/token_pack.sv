// token_pack -- output register of a MAC array: groups of PE values become
// tokens of OUT_LANES values.
//
//                   +--------------+
//       group ----->|              |--> out_data
//   group_valid --->|  token_pack  |--> out_valid
//        tick <-----|              |<-- out_ready
//                   +--------------+
//
// tick is low only in a cycle with (out_valid && !out_ready); then nothing
// changes. A group is taken in every tick with group_valid.
//   OUT_LANES = G*PE: the group is kept until it is the G-th, then the token is
//     written in the next tick.
//   PE = Q*OUT_LANES: the group is written as Q tokens in the next Q ticks;
//     groups must be at least Q ticks apart.

`default_nettype none

module token_pack #(
    parameter int PE        = 1,
    parameter int OUT_LANES = 1,
    parameter int OUT_WIDTH = 8
) (
    input  wire                            clk,
    input  wire                            rst,
    input  wire  [       PE*OUT_WIDTH-1:0] group,
    input  wire                            group_valid,
    output logic                           tick,
    output logic [OUT_LANES*OUT_WIDTH-1:0] out_data,
    output logic                           out_valid,
    input  wire                            out_ready
);

    localparam int GROUP_WIDTH = PE * OUT_WIDTH;
    localparam int TOKEN_WIDTH = OUT_LANES * OUT_WIDTH;

    assign tick = !out_valid || out_ready;

    generate
        if (OUT_LANES % PE != 0 && PE % OUT_LANES != 0) begin : gen_illegal
            $error("one of PE and OUT_LANES must divide the other");
        end
        if (OUT_LANES >= PE) begin : gen_assemble
            wire [TOKEN_WIDTH-1:0] token;
            wire                   token_taken;
            wire                   unused_ready;

            gather #(
                .TOKENS     (OUT_LANES / PE),
                .TOKEN_WIDTH(GROUP_WIDTH)
            ) assembly (
                .clk       (clk),
                .rst       (rst),
                .tick      (tick),
                .in_data   (group),
                .in_valid  (group_valid),
                .in_ready  (unused_ready),
                .word      (token),
                .word_taken(token_taken),
                .word_free (1'b1)
            );

            always_ff @(posedge clk) begin
                if (rst) begin
                    out_valid <= 1'b0;
                end else if (tick) begin
                    out_valid <= token_taken;
                end
            end

            always_ff @(posedge clk) begin
                if (tick) begin
                    out_data <= token;
                end
            end
        end else begin : gen_split
            localparam int REST_WIDTH = GROUP_WIDTH - TOKEN_WIDTH;
            localparam int Q = PE / OUT_LANES;

            logic [REST_WIDTH-1:0] rest;
            logic [         Q-2:0] rest_valid;  // one bit a token, lowest first

            always_ff @(posedge clk) begin
                if (rst) begin
                    out_valid  <= 1'b0;
                    rest_valid <= '0;
                end else if (tick) begin
                    out_valid  <= group_valid || rest_valid[0];
                    rest_valid <= group_valid ? '1 : rest_valid >> 1;
                end
            end

            always_ff @(posedge clk) begin
                if (tick) begin
                    out_data <= group_valid ? group[TOKEN_WIDTH-1:0]
                                            : rest[TOKEN_WIDTH-1:0];
                    rest     <= group_valid ? group[GROUP_WIDTH-1:TOKEN_WIDTH]
                                            : rest >> TOKEN_WIDTH;
                end
            end
        end
    endgenerate

endmodule

`default_nettype wire
