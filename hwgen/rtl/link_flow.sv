// link_flow -- tells the sender of a link which streams have to stop.
//
//                                +-------------+
//    words in the buffer fill -->|             |--> back_data   the stops
//    32 bits a stream            |  link_flow  |--> back_valid  tell them now
//                                |             |<-- back_ready
//                                +-------------+
//
// A stream's stop is a register that is set behind a cycle with fill >= STOP_AT
// and cleared behind one with fill <= GO_AT. back_valid is high while the stops
// differ from those that were told last, back_ready in the cycles that the way
// back can use; in a cycle with both all stops are told.

`default_nettype none

module link_flow #(
    parameter int STREAMS = 2,
    parameter logic [STREAMS*32-1:0] STOP_AT = {STREAMS{32'd8}},
    parameter logic [STREAMS*32-1:0] GO_AT   = {STREAMS{32'd4}}
) (
    input  wire                   clk,
    input  wire                   rst,
    input  wire  [STREAMS*32-1:0] fill,
    output logic [   STREAMS-1:0] back_data,
    output logic                  back_valid,
    input  wire                   back_ready
);

    logic [STREAMS-1:0] told;

    assign back_valid = back_data != told;

    genvar i;
    generate
        for (i = 0; i < STREAMS; i = i + 1) begin : gen_stop
            always_ff @(posedge clk) begin
                if (rst) begin
                    back_data[i] <= 1'b0;
                end else if (fill[i*32+:32] >= STOP_AT[i*32+:32]) begin
                    back_data[i] <= 1'b1;
                end else if (fill[i*32+:32] <= GO_AT[i*32+:32]) begin
                    back_data[i] <= 1'b0;
                end
            end
        end
    endgenerate

    always_ff @(posedge clk) begin
        if (rst) begin
            told <= '0;
        end else if (back_valid && back_ready) begin
            told <= back_data;
        end
    end

endmodule

`default_nettype wire
