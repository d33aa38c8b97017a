# Turns files into a C table: that of hwgen/library.h, or with HEADER and NAME
# another one of struct embedded_file (sim/base/embedded.h).
#   cmake -DOUTPUT=library_files.c -DFILES=a.sv,b.sv -P embed.cmake
#   cmake -DHEADER=import/device_files.h -DNAME=device_file ... -P embed.cmake
# Bytes are written as numbers, so any text is safe and no compiler's limit on
# the length of a string literal matters.
cmake_minimum_required(VERSION 3.25)

if(NOT HEADER)
    set(HEADER hwgen/library.h)
    set(NAME library_file)
endif()
string(REPLACE "," ";" paths "${FILES}")
set(rows)
foreach(path IN LISTS paths)
    get_filename_component(name "${path}" NAME)
    list(APPEND rows "${name}|${path}")
endforeach()
list(SORT rows)

set(arrays "")
set(table "")
set(number 0)
foreach(row IN LISTS rows)
    string(REGEX REPLACE "\\|.*" "" name "${row}")
    string(REGEX REPLACE "^[^|]*\\|" "" path "${row}")
    file(READ "${path}" bytes HEX)
    string(LENGTH "${bytes}" digits)
    math(EXPR length "${digits} / 2")
    string(REGEX REPLACE "(..)" "'\\\\x\\1'," bytes "${bytes}")
    string(APPEND arrays
        "static const char file_${number}[] = { ${bytes} '\\0' };\n")
    string(APPEND table "    { \"${name}\", file_${number}, ${length} },\n")
    math(EXPR number "${number} + 1")
endforeach()

# The last row is there because C has no empty arrays.
set(text "#include \"${HEADER}\"\n\n${arrays}
const struct embedded_file ${NAME}s[] = {\n${table}    { 0 }\n};
const size_t ${NAME}_count = ${number};\n")
file(WRITE "${OUTPUT}" "${text}")
