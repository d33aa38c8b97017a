// fifo_frame -- buffer of whole frames (with two banks: ping-pong): a memory of
// BANKS frames with registered read (block RAM) and its output register.
//
//               +--------------+
//    in_data -->|              |--> out_data
//   in_valid -->|  fifo_frame  |--> out_valid
//   in_ready <--|              |<-- out_ready
//               +--------------+
//                      ^
//                    limit    frames it holds, 1 .. BANKS; tied to BANKS in
//                             production
//
// TOKENS is the number of tokens of a frame. A frame whose last token is
// written in cycle t can be read from t+2 on, one token a cycle; a frame whose
// last token is read in cycle r makes room for another one from r+1 on. A token
// moves from the memory to the output register in a cycle in which its frame is
// complete and that register is empty or being read, so frames follow each
// other without a break. in_ready and out_valid are registers. limit must be
// constant after reset.

`default_nettype none

module fifo_frame #(
    parameter int WIDTH  = 8,
    parameter int TOKENS = 16,
    parameter int BANKS  = 2
) (
    input  wire              clk,
    input  wire              rst,
    input  wire  [     31:0] limit,
    input  wire  [WIDTH-1:0] in_data,
    input  wire              in_valid,
    output logic             in_ready,
    output logic [WIDTH-1:0] out_data,
    output logic             out_valid,
    input  wire              out_ready
);

    localparam int WORDS         = BANKS * TOKENS;
    localparam int ADDRESS_WIDTH = (WORDS > 1) ? $clog2(WORDS) : 1;

    wire  stored;    // a complete frame is, at least in part, in the memory
    logic out_last;  // the output register holds the last token of a frame
    wire  front_free = !out_valid || out_ready;
    wire  write      = in_valid && in_ready;
    wire  move       = stored && front_free;
    wire  write_last;
    wire  move_last;
    wire  written    = write && write_last;
    wire  moved      = move && move_last;
    wire  read       = out_valid && out_ready && out_last;

    // Complete frames that are not wholly moved, and that are not wholly read.
    wire unused_room;
    wire unused_some;

    fill_counter #(
        .MOST(BANKS)
    ) to_move (
        .clk  (clk),
        .rst  (rst),
        .limit(limit),
        .add  (written),
        .take (moved),
        .room (unused_room),
        .some (stored)
    );

    fill_counter #(
        .MOST(BANKS)
    ) to_read (
        .clk  (clk),
        .rst  (rst),
        .limit(limit),
        .add  (written),
        .take (read),
        .room (in_ready),
        .some (unused_some)
    );

    delay_valid #(
        .DEPTH(1)
    ) out_delay (
        .clk (clk),
        .rst (rst),
        .tick(front_free),
        .in  (stored),
        .out (out_valid)
    );

    wire [ADDRESS_WIDTH-1:0] write_address;
    wire [ADDRESS_WIDTH-1:0] read_address;

    frame_address #(
        .TOKENS(TOKENS),
        .BANKS (BANKS)
    ) write_position (
        .clk    (clk),
        .rst    (rst),
        .step   (write),
        .address(write_address),
        .last   (write_last)
    );

    frame_address #(
        .TOKENS(TOKENS),
        .BANKS (BANKS)
    ) read_position (
        .clk    (clk),
        .rst    (rst),
        .step   (move),
        .address(read_address),
        .last   (move_last)
    );

    // A bank is written only while all of it is free and read only when all of
    // it is written, so the word that is read is never the one being written.
    logic [WIDTH-1:0] memory[0:WORDS-1];

    always_ff @(posedge clk) begin
        if (write) begin
            memory[write_address] <= in_data;
        end
    end

    always_ff @(posedge clk) begin
        if (move) begin
            out_data <= memory[read_address];
            out_last <= move_last;
        end
    end

endmodule

`default_nettype wire
