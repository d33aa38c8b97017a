// upsample2d -- repeats every pixel SCALE_W times along the row and every row
// SCALE_H times.
//
//               +--------------+
//    in_data -->|              |--> out_data
//   in_valid -->|  upsample2d  |--> out_valid
//   in_ready <--|              |<-- out_ready
//               +--------------+
//
// One tick is a cycle without (out_valid && !out_ready). Every tick takes one
// step towards the next output token, which is written two ticks later. The
// step of the first copy of a token -- first copy of its pixel, first copy of
// its row -- reads it and waits for it; all other steps read nothing. in_ready
// is high in a tick in which a first copy is due and low otherwise.
// W is the width of the input.

`default_nettype none

module upsample2d #(
    parameter int W           = 4,
    parameter int TOKENS      = 1,
    parameter int SCALE_H     = 2,
    parameter int SCALE_W     = 2,
    parameter int TOKEN_WIDTH = 8
) (
    input  wire                    clk,
    input  wire                    rst,
    input  wire  [TOKEN_WIDTH-1:0] in_data,
    input  wire                    in_valid,
    output logic                   in_ready,
    output logic [TOKEN_WIDTH-1:0] out_data,
    output logic                   out_valid,
    input  wire                    out_ready
);

    localparam int PLACES      = W * TOKENS;  // of the memory of one row
    localparam int PLACE_WIDTH = (PLACES > 1) ? $clog2(PLACES) : 1;
    localparam int TOKEN_INDEX = (TOKENS > 1) ? $clog2(TOKENS) : 1;
    localparam int INDEX_W     = (W > 1) ? $clog2(W) : 1;
    localparam int COPY_H      = (SCALE_H > 1) ? $clog2(SCALE_H) : 1;
    localparam int COPY_W      = (SCALE_W > 1) ? $clog2(SCALE_W) : 1;

    // ---- which token of the output it is ----

    wire [TOKEN_INDEX-1:0] unused_token;
    wire                   pixel_last;
    wire [     COPY_W-1:0] pixel_copy;
    wire                   pixel_copy_last;
    wire [    INDEX_W-1:0] unused_column;
    wire                   column_last;
    wire [     COPY_H-1:0] row_copy;
    wire                   unused_row_copy_last;

    wire first_copy = pixel_copy == '0 && row_copy == '0;
    wire tick       = !out_valid || out_ready;
    wire step       = tick && (in_valid || !first_copy);
    wire row_last   = pixel_last && pixel_copy_last && column_last;

    assign in_ready = tick && first_copy;

    wrap_counter #(
        .COUNT(TOKENS)
    ) token_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step),
        .value(unused_token),
        .last (pixel_last)
    );

    wrap_counter #(
        .COUNT(SCALE_W)
    ) pixel_copy_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step && pixel_last),
        .value(pixel_copy),
        .last (pixel_copy_last)
    );

    wrap_counter #(
        .COUNT(W)
    ) column_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step && pixel_last && pixel_copy_last),
        .value(unused_column),
        .last (column_last)
    );

    wrap_counter #(
        .COUNT(SCALE_H)
    ) row_copy_counter (
        .clk  (clk),
        .rst  (rst),
        .step (step && row_last),
        .value(row_copy),
        .last (unused_row_copy_last)
    );

    // ---- stage 1: write the memory; stage 2: read it, output register ----

    delay_valid #(
        .DEPTH(2)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (step),
        .out (out_valid)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, in_data, PLACE_WIDTH};
`else
    generate
        if (PLACES == 1) begin : gen_one_token
            logic [TOKEN_WIDTH-1:0] kept;

            always_ff @(posedge clk) begin
                if (step && first_copy) begin
                    kept <= in_data;
                end
            end

            always_ff @(posedge clk) begin
                if (tick) begin
                    out_data <= kept;
                end
            end
        end else begin : gen_row
            logic [PLACE_WIDTH-1:0] place;
            logic [PLACE_WIDTH-1:0] done_place;

            // The next copy of a pixel begins again with its first token.
            wire back = pixel_last && !pixel_copy_last;

            always_ff @(posedge clk) begin
                if (rst) begin
                    place <= '0;
                end else if (step) begin
                    place <= row_last ? '0
                           : place + (back ? -PLACE_WIDTH'(TOKENS - 1)
                                           : PLACE_WIDTH'(1));
                end
            end

            always_ff @(posedge clk) begin
                if (tick) begin
                    done_place <= place;
                end
            end

            // Behind a step its place is read; it is written again at the
            // earliest one row later, and a row is longer than one token.
            // What is read behind a tick without a step means nothing
            // (out_valid is low): there a word may be read and written at
            // once.
            row_memory #(
                .WIDTH(TOKEN_WIDTH),
                .DEPTH(PLACES)
            ) row (
                .clk          (clk),
                .read         (tick),
                .read_address (done_place),
                .read_data    (out_data),
                .write        (step && first_copy),
                .write_address(place),
                .write_data   (in_data)
            );
        end
    endgenerate
`endif

endmodule

`default_nettype wire
