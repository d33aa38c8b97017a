#include "report/model_text.h"

#include <assert.h>
#include <string.h>

size_t model_text_offset(const char *text, struct place where)
{
    const char *line = text;
    for (uint32_t i = 1; i < where.line; i++)
        line = strchr(line, '\n') + 1;
    return (size_t)(line - text) + where.column - 1;
}

/* Of an object or array. */
static size_t end_of_braces(const char *text, size_t from)
{
    uint32_t open = 0;
    size_t i = from;
    do {
        assert(text[i] != '\0');
        if (text[i] == '{' || text[i] == '[')
            open++;
        else if (text[i] == '}' || text[i] == ']')
            open--;
        i++;
    } while (open > 0);
    return i;
}

size_t model_text_end(const char *text, size_t from)
{
    if (text[from] == '{' || text[from] == '[')
        return end_of_braces(text, from);
    if (text[from] == '"')
        return (size_t)(strchr(text + from + 1, '"') - text) + 1;
    return from + strcspn(text + from, ",}] \t\r\n");
}
