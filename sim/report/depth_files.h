/* depth_files -- FIFO depths in the forms of other tools
 * (docs/depth-files.md).
 *
 *   hls4ml  the depths of the streams that a layer writes, by the name of the
 *           layer.  hls4ml reads no such file: it keeps a depth as
 *           ('stream', depth) in `pragma` of each stream variable, which a
 *           few lines of Python set (backends/fpga/fpga_types.py, commit
 *           03e902d).  What it puts in between is named as it names it:
 *           zp2d_LAYER, zp1d_LAYER (backends/vivado/passes/
 *           conv_same_pad.py), clone_LAYER (backends/fpga/passes/clone.py).
 *   finn    a folding configuration: inFIFODepths and outFIFODepths by node,
 *           between which InsertFIFO takes the larger (transformation/
 *           fpgadataflow/insert_fifo.py, 02c0453), with auto_fifo_depths
 *           off. */
#ifndef HEADRACE_REPORT_DEPTH_FILES_H
#define HEADRACE_REPORT_DEPTH_FILES_H

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct design;
struct diag;
struct text;

/* depths: by stream, as in struct stream.  One of ours may take several
 * tokens a pixel; hls4ml's take one, with all channels, so depths become
 * pixels, rounded up; what a width converter holds counts for the layer in
 * front of it.  Streams at the ports are left out: hls4ml has no FIFO there.
 * False: said in diag what of the design hls4ml has not. */
bool depth_files_hls4ml(struct arena *a, const struct design *d,
                        const uint32_t *depths, struct text *out,
                        struct diag *diag);

/* The same for FINN, in tokens, a node for each process under its own name;
 * at least 2, as FINN's own rule. */
bool depth_files_finn(struct arena *a, const struct design *d,
                      const uint32_t *depths, struct text *out,
                      struct diag *diag);

#endif
