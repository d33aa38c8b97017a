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

/* Behind the closing quote of the string that begins at `from`. */
static size_t end_of_string(const char *text, size_t from)
{
    size_t i = from + 1;
    while (text[i] != '"') {
        assert(text[i] != '\0');
        i += text[i] == '\\' ? 2 : 1;
    }
    return i + 1;
}

/* Of an object or array; names of files may have braces. */
static size_t end_of_braces(const char *text, size_t from)
{
    uint32_t open = 0;
    size_t i = from;
    do {
        assert(text[i] != '\0');
        if (text[i] == '"') {
            i = end_of_string(text, i);
            continue;
        }
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
        return end_of_string(text, from);
    return from + strcspn(text + from, ",}] \t\r\n");
}
