#!/bin/sh
# Checks packed multipliers under Yosys.
#
# 1. multiply_pair gives the same two products as multiply: proved for all
#    operands of small widths, signed and unsigned.
# 2. mac_array of 8-bit operands takes a DSP48E2 for every two products when
#    PACKED, and one for each when not.
#
#   check_packing.sh
#
# BUILD: folder for what is built (default: a temporary one, removed at the
# end).
set -eu

here=$(cd "$(dirname "$0")" && pwd)
rtl=$(cd "$here/../../../hwgen/rtl" && pwd)

if [ -n "${BUILD:-}" ]; then
    mkdir -p "$BUILD"
    build=$(cd "$BUILD" && pwd)
else
    build=$(mktemp -d)
    trap 'rm -rf "$build"' EXIT
fi

status=0

# ---- the same products ----

# prove IN_WIDTH IN_SIGNED WEIGHT_WIDTH WEIGHT_SIGNED
prove() {
    cat >"$build/same.sv" <<END
module same (
    input  wire [$1-1:0] x,
    input  wire [$3-1:0] w0,
    input  wire [$3-1:0] w1,
    output wire          differ
);
    localparam int WIDTH = $1 + $3 + (($2 == 0 && $4 == 0) ? 1 : 0);
    wire [WIDTH-1:0] a0, a1, b0, b1;
    multiply #(.IN_WIDTH($1), .IN_SIGNED($2), .WEIGHT_WIDTH($3),
        .WEIGHT_SIGNED($4)) single0 (.x(x), .w(w0), .product(a0));
    multiply #(.IN_WIDTH($1), .IN_SIGNED($2), .WEIGHT_WIDTH($3),
        .WEIGHT_SIGNED($4)) single1 (.x(x), .w(w1), .product(a1));
    multiply_pair #(.IN_WIDTH($1), .IN_SIGNED($2), .WEIGHT_WIDTH($3),
        .WEIGHT_SIGNED($4)) pair (.x(x), .w0(w0), .w1(w1), .product0(b0),
        .product1(b1));
    assign differ = {a1, a0} != {b1, b0};
endmodule
END
    what="x $1 bits signed $2, w $3 bits signed $4"
    if yosys -q -p "read_verilog -sv $rtl/multiply.sv $rtl/multiply_pair.sv \
        $build/same.sv; hierarchy -check -top same; proc; flatten; opt; \
        sat -verify -set-def-inputs -prove differ 0 same" \
        >"$build/prove.log" 2>&1; then
        echo "ok   same products: $what"
    else
        cat "$build/prove.log"
        echo "FAIL same products: $what"
        status=1
    fi
}

for signs in "0 0" "0 1" "1 0" "1 1"; do
    in_signed=${signs% *}
    weight_signed=${signs#* }
    for widths in "1 1" "1 2" "2 1" "3 3" "2 4" "5 2" "4 4"; do
        prove "${widths% *}" "$in_signed" "${widths#* }" "$weight_signed"
    done
done

# ---- one DSP48E2 for two products ----

# dsps PE SIMD IN_SIGNED WEIGHT_SIGNED PACKED: number of DSP48E2
dsps() {
    # Weights that are different, or whole multipliers would be left out.
    awk -v words=64 -v digits="$(($1 * $2 * 2))" 'BEGIN {
        srand(7)
        for (w = 0; w < words; w++) {
            line = ""
            for (d = 0; d < digits; d++)
                line = line sprintf("%x", int(rand() * 16))
            print line
        }
    }' >"$build/weights.hex"
    cat >"$build/top.sv" <<END
module top (
    input  wire            clk,
    input  wire            rst,
    output wire            tick,
    input  wire            slot_valid,
    input  wire [$2*8-1:0] slot_operands,
    output wire [$1*8-1:0] out_data,
    output wire            out_valid,
    input  wire            out_ready
);
    wire [3:0] fold;
    wire [1:0] group;
    wire       fold_last, last;
    mac_array #(.NF(4), .SF(16), .PE($1), .SIMD($2), .OUT_LANES($1),
        .IN_SIGNED($3), .WEIGHT_SIGNED($4), .PACKED($5), .OUT_FRAC(-8),
        .WEIGHTS_FILE("$build/weights.hex")) macs (.clk(clk), .rst(rst),
        .tick(tick), .slot_valid(slot_valid), .slot_operands(slot_operands),
        .slot_fold(fold), .slot_fold_last(fold_last), .slot_group(group),
        .slot_last(last), .out_data(out_data), .out_valid(out_valid),
        .out_ready(out_ready));
endmodule
END
    yosys -q -p "read_verilog -sv $rtl/*.sv $build/top.sv; \
        synth_xilinx -family xcup -nowidelut -noiopad -flatten -top top; \
        tee -o $build/stat.txt stat" >"$build/synth.log" 2>&1 ||
        { cat "$build/synth.log" >&2; exit 1; }
    awk '$1 == "DSP48E2" { n = $2 } END { print n + 0 }' "$build/stat.txt"
}

for shape in "2 1" "2 3" "4 2"; do
    pe=${shape% *}
    simd=${shape#* }
    products=$((pe * simd))
    for signs in "0 0" "0 1" "1 0" "1 1"; do
        in_signed=${signs% *}
        weight_signed=${signs#* }
        plain=$(dsps "$pe" "$simd" "$in_signed" "$weight_signed" 0)
        packed=$(dsps "$pe" "$simd" "$in_signed" "$weight_signed" 1)
        what="PE $pe SIMD $simd, x signed $in_signed, w signed $weight_signed"
        result=ok
        if [ "$plain" != "$products" ] ||
            [ "$packed" != $((products / 2)) ]; then
            result=FAIL
            status=1
        fi
        printf '%-4s %s: %s products, %s DSP48E2, packed %s\n' "$result" \
            "$what" "$products" "$plain" "$packed"
    done
done

exit $status
