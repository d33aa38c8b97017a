// lookup -- a table: the function of a single value (sigmoid, tanh, ...).
//
//               +----------+
//    in_data -->|          |--> out_data
//   in_valid -->|  lookup  |--> out_valid
//   in_ready <--|          |<-- out_ready
//               +----------+
//
// One tick is a cycle without (out_valid && !out_ready); without a tick nothing
// changes and in_ready is low. In every tick a token may be read; it is written
// two ticks later.
//
// Every lane is converted to the index format (INDEX_*, modes as in
// convert.sv); its INDEX_WIDTH bits, taken as an unsigned number, are the
// address of the result. TABLE_FILE: 2^INDEX_WIDTH words of OUT_WIDTH bits.

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module lookup #(
    parameter int LANES          = 1,
    parameter int IN_WIDTH       = 8,
    parameter int IN_FRAC        = 0,
    parameter int IN_SIGNED      = 1,
    parameter int INDEX_WIDTH    = 8,
    parameter int INDEX_FRAC     = 0,
    parameter int INDEX_SIGNED   = 1,
    parameter int INDEX_QUANT    = 0,
    parameter int INDEX_OVERFLOW = 0,
    parameter int OUT_WIDTH      = 8,
    parameter     TABLE_FILE     = ""
) (
    input  wire                        clk,
    input  wire                        rst,
    input  wire  [ LANES*IN_WIDTH-1:0] in_data,
    input  wire                        in_valid,
    output logic                       in_ready,
    output logic [LANES*OUT_WIDTH-1:0] out_data,
    output logic                       out_valid,
    input  wire                        out_ready
);

    wire tick = !out_valid || out_ready;

    assign in_ready = tick;

    // ---- stage 1: the entry; stage 2: output register ----

    delay_valid #(
        .DEPTH(2)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (in_valid),
        .out (out_valid)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, in_data};
`else
    wire [LANES*OUT_WIDTH-1:0] entries;

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            wire [INDEX_WIDTH-1:0] index;

            convert #(
                .IN_WIDTH    (IN_WIDTH),
                .IN_FRAC     (IN_FRAC),
                .IN_SIGNED   (IN_SIGNED),
                .OUT_WIDTH   (INDEX_WIDTH),
                .OUT_FRAC    (INDEX_FRAC),
                .OUT_SIGNED  (INDEX_SIGNED),
                .OUT_QUANT   (INDEX_QUANT),
                .OUT_OVERFLOW(INDEX_OVERFLOW)
            ) to_index (
                .in (in_data[lane*IN_WIDTH+:IN_WIDTH]),
                .out(index)
            );

            parameter_rom #(
                .WIDTH(OUT_WIDTH),
                .DEPTH(1 << INDEX_WIDTH),
                .FILE (TABLE_FILE)
            ) table_rom (
                .clk    (clk),
                .read   (tick),
                .address(index),
                .data   (entries[lane*OUT_WIDTH+:OUT_WIDTH])
            );
        end
    endgenerate

    always_ff @(posedge clk) begin
        if (tick) begin
            out_data <= entries;
        end
    end
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
