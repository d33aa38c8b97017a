// concat_turn -- front of a serial concat: takes TOKENS[0] tokens of input 0,
// then TOKENS[1] of input 1, and so on.
//
//                +---------------+
//    in_data --->|               |--> token
//    in_valid -->|  concat_turn  |--> take   a token is read in this tick
//    in_ready <--|               |
//    tick ------>|               |
//                +---------------+
//
// in_ready is high in every tick for the input that is due, and low for all
// others. TOKENS has 32 bits an input, input 0 lowest.

`default_nettype none

module concat_turn #(
    parameter int INPUTS      = 2,
    parameter int TOKEN_WIDTH = 8,
    parameter logic [INPUTS*32-1:0] TOKENS = {INPUTS{32'd1}}
) (
    input  wire                           clk,
    input  wire                           rst,
    input  wire                           tick,
    input  wire  [INPUTS*TOKEN_WIDTH-1:0] in_data,
    input  wire  [            INPUTS-1:0] in_valid,
    output logic [            INPUTS-1:0] in_ready,
    output logic [       TOKEN_WIDTH-1:0] token,
    output logic                          take
);

    function automatic integer largest(input logic [INPUTS*32-1:0] numbers);
        integer n;
        largest = 1;
        for (n = 0; n < INPUTS; n = n + 1) begin
            if (numbers[n*32+:32] > largest) begin
                largest = numbers[n*32+:32];
            end
        end
    endfunction

    localparam int MOST         = largest(TOKENS);
    localparam int LEFT_WIDTH   = (MOST > 1) ? $clog2(MOST) : 1;
    localparam int SELECT_WIDTH = (INPUTS > 1) ? $clog2(INPUTS) : 1;

    wire [SELECT_WIDTH-1:0] due;  // the input that is due
    wire                    unused_due_last;

    logic [LEFT_WIDTH-1:0] left;  // tokens of it that follow the present one
    wire                   last = left == '0;

    assign in_ready = INPUTS'(tick) << due;
    assign take     = |(in_valid & in_ready);

    wrap_counter #(
        .COUNT(INPUTS)
    ) due_counter (
        .clk  (clk),
        .rst  (rst),
        .step (take && last),
        .value(due),
        .last (unused_due_last)
    );

    // What 'left' begins with for the input behind each.
    wire [INPUTS*LEFT_WIDTH-1:0] starts;
    wire [       LEFT_WIDTH-1:0] start;

    genvar i;
    generate
        for (i = 0; i < INPUTS; i = i + 1) begin : gen_start
            assign starts[i*LEFT_WIDTH+:LEFT_WIDTH] =
                LEFT_WIDTH'(TOKENS[((i+1)%INPUTS)*32+:32] - 32'd1);
        end
    endgenerate

    word_select #(
        .WIDTH(LEFT_WIDTH),
        .COUNT(INPUTS)
    ) start_select (
        .words(starts),
        .index(due),
        .word (start)
    );

    always_ff @(posedge clk) begin
        if (rst) begin
            left <= LEFT_WIDTH'(TOKENS[31:0] - 32'd1);
        end else if (take) begin
            left <= last ? start : left - 1'b1;
        end
    end

    word_select #(
        .WIDTH(TOKEN_WIDTH),
        .COUNT(INPUTS)
    ) token_select (
        .words(in_data),
        .index(due),
        .word (token)
    );

endmodule

`default_nettype wire
