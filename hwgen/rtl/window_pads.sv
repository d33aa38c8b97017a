// window_pads -- how many places of a window are pads, along one axis of a
// padded image.
//
//                +---------------+
//   position --->|               |--> pads    combinational
//                |  window_pads  |
//                +---------------+
//
// The window has KERNEL places, the last of them at position; of the SIZE
// places of the axis the first BEFORE and the last AFTER are pads. pads holds
// for positions at which a window ends: KERNEL-1 + a multiple of STRIDE.

`default_nettype none

module window_pads #(
    parameter int SIZE       = 8,
    parameter int KERNEL     = 3,
    parameter int STRIDE     = 1,
    parameter int BEFORE     = 1,
    parameter int AFTER      = 1,
    parameter int PADS_WIDTH = 1,
    localparam int POSITION_WIDTH = (SIZE > 1) ? $clog2(SIZE) : 1
) (
    input  wire  [POSITION_WIDTH-1:0] position,
    output logic [    PADS_WIDTH-1:0] pads
);

    // Positions that may see pads: BEFORE of them from the first window on, and
    // the last AFTER. One that is among both has the same number twice.
    localparam int COUNT = BEFORE + AFTER;
    localparam int END_INSIDE = SIZE - AFTER;

    function automatic int place(input int i);
        place = (i < BEFORE) ? KERNEL - 1 + i : SIZE - 1 - (i - BEFORE);
    endfunction

    // Of a window that ends at a position.
    function automatic int pads_at(input int last);
        pads_at = ((last - (KERNEL - 1) < BEFORE) ? BEFORE + KERNEL - 1 - last
                                                  : 0)
            + ((last >= END_INSIDE) ? last + 1 - END_INSIDE : 0);
    endfunction

    function automatic logic ends_window(input int last);
        ends_window = last >= KERNEL - 1 && last < SIZE
            && (last - (KERNEL - 1)) % STRIDE == 0;
    endfunction

    always_comb begin
        pads = '0;
        for (int i = 0; i < COUNT; i = i + 1) begin
            if (ends_window(place(i))
                && position == POSITION_WIDTH'(place(i))) begin
                pads = PADS_WIDTH'(pads_at(place(i)));
            end
        end
    end

    // Of an axis without pads nothing is looked at.
    wire unused = &{1'b0, position};

endmodule

`default_nettype wire
