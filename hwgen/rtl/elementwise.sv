// elementwise -- two streams lane by lane: sum, difference, product or maximum,
// with ReLU (if RELU) and conversion to the output format.
//
//                               +---------------+
//       {b, a}       in_data -->|               |--> out_data
//   bit 0: a        in_valid -->|  elementwise  |--> out_valid
//   bit 1: b        in_ready <--|               |<-- out_ready
//                               +---------------+
//
// One tick is a cycle without (out_valid && !out_ready). In every tick a token
// of each input may be read, both at once; the result is written two ticks
// later. in_ready of an input is high in a tick in which the *other* one is
// valid: it depends on its in_valid in the same cycle, never on its own.
//
//   OPERATION  0 a + b  1 a - b  2 a * b  3 the larger
//   RELU, RELU_MAX  see rectify.sv; the limit applies to the exact result
//
// The exact result is kept from the first tick to the second: a + b, a - b and
// the larger in the larger of the two fractions, a * b in their sum.

`default_nettype none

`ifdef HEADRACE_CONTROL_ONLY
// Without the data nobody asks for the number formats.
// verilator lint_off UNUSEDPARAM
`endif

module elementwise #(
    parameter int OPERATION    = 0,
    parameter int LANES        = 1,
    parameter int A_WIDTH      = 8,
    parameter int A_FRAC       = 0,
    parameter int A_SIGNED     = 1,
    parameter int B_WIDTH      = 8,
    parameter int B_FRAC       = 0,
    parameter int B_SIGNED     = 1,
    parameter int RELU         = 0,
    parameter int RELU_MAX     = 0,
    parameter int OUT_WIDTH    = 8,
    parameter int OUT_FRAC     = 0,
    parameter int OUT_SIGNED   = 1,
    parameter int OUT_QUANT    = 0,
    parameter int OUT_OVERFLOW = 0
) (
    input  wire                                clk,
    input  wire                                rst,
    input  wire  [LANES*(A_WIDTH+B_WIDTH)-1:0] in_data,
    input  wire  [                        1:0] in_valid,
    output logic [                        1:0] in_ready,
    output logic [        LANES*OUT_WIDTH-1:0] out_data,
    output logic                               out_valid,
    input  wire                                out_ready
);

    wire tick = !out_valid || out_ready;

    assign in_ready = {tick && in_valid[0], tick && in_valid[1]};

    delay_valid #(
        .DEPTH(2)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(tick),
        .in  (&in_valid),
        .out (out_valid)
    );

`ifdef HEADRACE_CONTROL_ONLY
    assign out_data = '0;
    wire unused = &{1'b0, in_data};
`else
    // Both numbers as signed ones of the same fraction, then one bit more for
    // the sum; the product keeps the fractions and needs the bits of both.
    localparam int PRODUCT = (OPERATION == 2) ? 1 : 0;
    localparam int A_GROW  = (PRODUCT == 0 && B_FRAC > A_FRAC)
                           ? B_FRAC - A_FRAC : 0;
    localparam int B_GROW  = (PRODUCT == 0 && A_FRAC > B_FRAC)
                           ? A_FRAC - B_FRAC : 0;
    localparam int A_BITS  = A_WIDTH + A_GROW + ((A_SIGNED != 0) ? 0 : 1);
    localparam int B_BITS  = B_WIDTH + B_GROW + ((B_SIGNED != 0) ? 0 : 1);
    localparam int FRAC    = (PRODUCT != 0) ? A_FRAC + B_FRAC
                           : A_FRAC + A_GROW;
    localparam int LARGER  = (A_BITS > B_BITS) ? A_BITS : B_BITS;
    localparam int EXACT   = (PRODUCT != 0)  ? A_BITS + B_BITS
                           : (OPERATION == 3) ? LARGER : LARGER + 1;

    genvar lane;
    generate
        for (lane = 0; lane < LANES; lane = lane + 1) begin : gen_lane
            wire [A_WIDTH-1:0] a_raw = in_data[lane*A_WIDTH+:A_WIDTH];
            wire [B_WIDTH-1:0] b_raw =
                in_data[LANES*A_WIDTH+lane*B_WIDTH+:B_WIDTH];
            // Not read where EXACT is no wider than the value.
            // verilator lint_off UNUSEDSIGNAL
            wire a_sign = (A_SIGNED != 0) && a_raw[A_WIDTH-1];
            wire b_sign = (B_SIGNED != 0) && b_raw[B_WIDTH-1];
            // verilator lint_on UNUSEDSIGNAL
            wire signed [EXACT-1:0] a = {{(EXACT - A_WIDTH){a_sign}}, a_raw};
            wire signed [EXACT-1:0] b = {{(EXACT - B_WIDTH){b_sign}}, b_raw};

            logic signed [EXACT-1:0] exact;

            if (OPERATION == 0) begin : gen_add
                always_ff @(posedge clk) begin
                    if (tick) begin
                        exact <= (a <<< A_GROW) + (b <<< B_GROW);
                    end
                end
            end else if (OPERATION == 1) begin : gen_subtract
                always_ff @(posedge clk) begin
                    if (tick) begin
                        exact <= (a <<< A_GROW) - (b <<< B_GROW);
                    end
                end
            end else if (OPERATION == 2) begin : gen_multiply
                always_ff @(posedge clk) begin
                    if (tick) begin
                        exact <= a * b;
                    end
                end
            end else begin : gen_maximum
                wire signed [EXACT-1:0] a_same = a <<< A_GROW;
                wire signed [EXACT-1:0] b_same = b <<< B_GROW;

                always_ff @(posedge clk) begin
                    if (tick) begin
                        exact <= (a_same > b_same) ? a_same : b_same;
                    end
                end
            end

            wire [    EXACT-1:0] active;
            wire [OUT_WIDTH-1:0] result;

            rectify #(
                .WIDTH    (EXACT),
                .FRAC     (FRAC),
                .IS_SIGNED(1),
                .RELU     (RELU),
                .RELU_MAX (RELU_MAX)
            ) activation (
                .in (exact),
                .out(active)
            );

            convert #(
                .IN_WIDTH    (EXACT),
                .IN_FRAC     (FRAC),
                .IN_SIGNED   (1),
                .OUT_WIDTH   (OUT_WIDTH),
                .OUT_FRAC    (OUT_FRAC),
                .OUT_SIGNED  (OUT_SIGNED),
                .OUT_QUANT   (OUT_QUANT),
                .OUT_OVERFLOW(OUT_OVERFLOW)
            ) to_output (
                .in (active),
                .out(result)
            );

            always_ff @(posedge clk) begin
                if (tick) begin
                    out_data[lane*OUT_WIDTH+:OUT_WIDTH] <= result;
                end
            end
        end
    endgenerate
`endif

endmodule

`ifdef HEADRACE_CONTROL_ONLY
// verilator lint_on UNUSEDPARAM
`endif

`default_nettype wire
