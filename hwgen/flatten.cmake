# Copies C sources into one folder, so that they can be part of a generated one,
# which has no folders within: #include "engine/stepper.h" becomes
# #include "stepper.h".  (File names are unique in the tree.)
#   cmake -DOUTPUT=folder -DFILES=a/b.c,c/d.h -P flatten.cmake
cmake_minimum_required(VERSION 3.25)

# Nothing of an earlier list stays.
file(REMOVE_RECURSE "${OUTPUT}")
string(REPLACE "," ";" paths "${FILES}")
foreach(path IN LISTS paths)
    get_filename_component(name "${path}" NAME)
    file(READ "${path}" text)
    string(REGEX REPLACE "#include \"[^\"]*/([^\"/]*)\"" "#include \"\\1\""
        text "${text}")
    file(WRITE "${OUTPUT}/${name}" "${text}")
endforeach()
