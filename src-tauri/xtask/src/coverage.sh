#!/bin/sh
# Cargo gives every call of the compiler for a package of this workspace to this (RUSTC_WORKSPACE_WRAPPER). What reads
# policy files is built so that AFL++ sees which way it goes; the rest as ever.
compiler=$1
shift
case " $* " in
    *" --crate-name estafette_core "* | *" --crate-name fuzz_policies "*) ;;
    *) exec "$compiler" "$@" ;;
esac
set -- "$@" -C passes=sancov-module -C llvm-args=-sanitizer-coverage-level=3 \
    -C llvm-args=-sanitizer-coverage-trace-pc-guard -C llvm-args=-sanitizer-coverage-prune-blocks=0
case " $* " in
    *" --crate-name fuzz_policies "*)
        # GNU's linker drops the marks of what is never called. mold keeps them, fifty times as many, and AFL++ goes
        # through all of them after each file.
        set -- "$@" -C link-arg=/usr/lib/afl/afl-compiler-rt.o -C link-arg=-fuse-ld=bfd \
            -C link-arg=-Wl,-z,start-stop-gc
        ;;
esac
exec "$compiler" "$@"
