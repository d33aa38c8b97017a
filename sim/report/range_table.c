#include "report/range_table.h"

#include "base/arena.h"
#include "base/json_write.h"
#include "base/text.h"
#include "network/chosen_format.h"
#include "report/table.h"

void range_table_print(const struct chosen_formats *f, struct arena *a,
                       struct text *out)
{
    struct table *t =
        table_new(a, "<layer|<values|<format|smallest|largest|saturated");
    for (uint32_t i = 0; i < f->count; i++) {
        const struct chosen_format *r = &f->list[i];
        char format[FORMAT_TEXT_SIZE];
        table_row(t);
        table_cell(t, "%s", r->layer);
        table_cell(t, "%s", r->values);
        table_cell(t, "%s", format_print(r->format, format));
        table_cell(t, "%.4g", r->min);
        table_cell(t, "%.4g", r->max);
        table_cell(t, "%.3f %%",
                   r->count == 0
                       ? 0
                       : 100.0 * (double)r->saturated / (double)r->count);
    }
    table_print(t, out);
}

void range_table_add_json(const struct chosen_formats *f, struct json_out *root)
{
    struct json_out *list = json_add_array(root, "formats");
    for (uint32_t i = 0; i < f->count; i++) {
        const struct chosen_format *r = &f->list[i];
        char format[FORMAT_TEXT_SIZE];
        struct json_out *o = json_add_object(list, NULL);
        json_add_string(o, "layer", r->layer);
        json_add_string(o, "values", r->values);
        json_add_string(o, "format", format_print(r->format, format));
        json_add_double(o, "min", r->min);
        json_add_double(o, "max", r->max);
        json_add_u64(o, "count", r->count);
        json_add_u64(o, "saturated", r->saturated);
    }
}
