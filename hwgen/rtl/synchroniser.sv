// synchroniser -- a register of one clock, seen in another.
//
//                +----------------+
//     in_clk --->|                |<--- out_clk
//    in_data --->|  synchroniser  |---> out_data
//                +----------------+
//
// launch takes in_data at every edge of in_clk; STAGES registers of out_clk, 2
// or 3, take launch one after the other. If launch takes a value at time t and e
// is the first edge of out_clk later than t, out_data has that value from cycle
// e + STAGES of out_clk on. Of a value that changes by more than one bit at a
// time the bits may arrive in different cycles: only Gray codes and single bits
// go through here. The generated constraints (name.xdc) find the registers by
// their names.
//
// With the macro HEADRACE_METASTABLE, in simulation only, the edge e is chosen
// as silicon chooses it: if launch changed less than HEADRACE_METASTABLE units
// of $time before, each bit is the old one or the new one at random. One edge
// later it is the new one in any case.

`default_nettype none

module synchroniser #(
    parameter int WIDTH  = 4,
    parameter int STAGES = 2
) (
    input  wire              in_clk,
    input  wire              in_rst,
    input  wire  [WIDTH-1:0] in_data,
    input  wire              out_clk,
    input  wire              out_rst,
    output logic [WIDTH-1:0] out_data
);

    generate
        if (STAGES != 2 && STAGES != 3) begin : gen_illegal
            $error("STAGES must be 2 or 3");
        end
    endgenerate

    logic [WIDTH-1:0] launch;

    always_ff @(posedge in_clk) begin
        if (in_rst) begin
            launch <= '0;
        end else begin
            launch <= in_data;
        end
    end

    wire [WIDTH-1:0] taken;  // what an edge of out_clk sees of launch

`ifdef HEADRACE_METASTABLE
    logic [WIDTH-1:0] earlier;  // launch before its last edge
    longint           changed;  // when it changed
    longint           looked;   // the last edge of out_clk
    logic [WIDTH-1:0] coin;     // thrown anew at every edge of out_clk

    always_ff @(posedge in_clk) begin
        earlier <= launch;
        if (!in_rst && launch != in_data) begin
            changed <= $time;
        end
    end

    always_ff @(posedge out_clk) begin
        looked <= $time;
        coin   <= WIDTH'($urandom);
    end

    wire unsettled = changed >= looked &&
                     $time - changed < `HEADRACE_METASTABLE;

    assign taken = unsettled ? launch ^ ((launch ^ earlier) & coin) : launch;
`else
    assign taken = launch;
`endif

    (* ASYNC_REG = "TRUE" *) logic [WIDTH-1:0] capture;

    always_ff @(posedge out_clk) begin
        if (out_rst) begin
            capture <= '0;
        end else begin
            capture <= taken;
        end
    end

    (* ASYNC_REG = "TRUE" *) logic [(STAGES-1)*WIDTH-1:0] settle;

    always_ff @(posedge out_clk) begin
        if (out_rst) begin
            settle <= '0;
        end else begin
            settle <= ((STAGES - 1) * WIDTH)'({settle, capture});
        end
    end

    assign out_data = settle[(STAGES-2)*WIDTH+:WIDTH];

endmodule

`default_nettype wire
