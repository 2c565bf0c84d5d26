# Finds the tools that tests need, and checks that they work. CMake names each missing tool when the build is configured,
# and replaces the tests that need it by one skipped test, which fails with CI=true.

# find_tool(OUT what package program …): the first of the programs that `works` accepts.
function(find_tool out what package)
  cmake_parse_arguments(ARG "" "VERSION;COMPILES" "NAMES" ${ARGN})
  unset(${out} CACHE)
  foreach(name ${ARG_NAMES})
    find_program(${out} ${name})
    if(${out})
      set(works TRUE)
      if(ARG_VERSION)
        execute_process(COMMAND ${${out}} --version OUTPUT_VARIABLE says ERROR_QUIET)
        if(NOT says MATCHES "${ARG_VERSION}")
          set(works FALSE)
        endif()
      endif()
      if(ARG_COMPILES)
        separate_arguments(flags UNIX_COMMAND "${ARG_COMPILES}")
        file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/tool.c
          "#include <stddef.h>\nint LLVMFuzzerTestOneInput(const char *d, size_t n);\n"
          "int LLVMFuzzerTestOneInput(const char *d, size_t n) { return n && d[0] == 1 ? 0 : 0; }\n"
          "#ifndef FUZZER\nint main(void) { return 0; }\n#endif\n")
        execute_process(COMMAND ${${out}} ${flags} ${CMAKE_CURRENT_BINARY_DIR}/tool.c
          -o ${CMAKE_CURRENT_BINARY_DIR}/tool RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
        if(failed)
          set(works FALSE)
        endif()
      endif()
      if(works)
        return()
      endif()
      unset(${out} CACHE)
    endif()
  endforeach()
  set(${out} "" CACHE INTERNAL "${what}")
  message(STATUS "tests: no ${what} (Debian: ${package})")
endfunction()

# Adds the skipped test in place of those that need a missing tool.
function(add_skipped name what package)
  add_test(NAME ${name} COMMAND sh -c
    "echo \"skipped, because there is no ${what} (Debian: ${package}) where this was configured\"; test \"$CI\" = true || exit 77; exit 1")
  set_tests_properties(${name} PROPERTIES LABELS "quick;long" SKIP_RETURN_CODE 77)
endfunction()

pkg_check_modules(RENDER REQUIRED IMPORTED_TARGET xcb-render) # comes with xcb-xfixes, which needs it
pkg_check_modules(CMOCKA QUIET IMPORTED_TARGET cmocka)
if(NOT CMOCKA_FOUND)
  message(STATUS "tests: no cmocka (Debian: libcmocka-dev)")
elseif(CMOCKA_VERSION VERSION_GREATER_EQUAL 2)
  add_compile_options(-Wno-deprecated-declarations) # the macros of cmocka 1, which older systems have
endif()
find_tool(BUSTED "busted" lua-busted NAMES busted)
find_tool(LUACHECK "luacheck" lua-check NAMES luacheck)
# Other versions format differently.
find_tool(CLANG_FORMAT "clang-format 14" clang-format-14 NAMES clang-format-14 clang-format VERSION "version 14\\.")
find_tool(GCC_ASAN "gcc with AddressSanitizer" "gcc libasan8" NAMES gcc COMPILES "-fsanitize=address,undefined")
find_tool(GCC_TSAN "gcc with ThreadSanitizer" "gcc libtsan2" NAMES gcc COMPILES "-fsanitize=thread")
find_tool(CLANG_MEMORY "clang with MemorySanitizer" "clang libclang-rt-dev" COMPILES "-fsanitize=memory" NAMES clang)
find_tool(CLANG_FUZZER "clang with libFuzzer" "clang libclang-rt-dev" COMPILES "-DFUZZER -fsanitize=fuzzer,address,undefined"
  NAMES clang clang-22 clang-21 clang-20 clang-19 clang-18 clang-17 clang-16 clang-15 clang-14)
