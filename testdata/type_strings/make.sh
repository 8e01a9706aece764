#!/bin/sh
# Makes the kernels beside this file: old, new, and both with --stable. $1 is upstream's gendwarfksyms
# (of 7.3); gcc and rustc are in PATH.
set -e
program=$1
cd "$(dirname "$0")"
work=$(mktemp -d)
add() { # kernel, options, object, file
    mkdir -p "$(dirname "$1/$4")"
    nm -p --defined-only "$work/$3" | awk '$2 ~ /[TRDB]/ { print $3 }' > "$work/symbols"
    "$program" $2 -T "$1/$4.symtypes" "$work/$3" < "$work/symbols" |
        awk '{ print $3 "\t" $2 "\tvmlinux\tEXPORT_SYMBOL\t" }' >> "$1/Module.symvers"
}
for side in old new; do
    rm -rf $side stable-$side
    mkdir $side stable-$side
    define= cfg=
    if [ $side = new ]; then
        define=-DNEW cfg="--cfg new"
    fi
    (cd source && gcc -g $define -c valve.c -o "$work/valve.o")
    (cd source && rustc --edition 2024 --emit=obj -g -Ccodegen-units=1 -Csymbol-mangling-version=v0 \
        --crate-type lib --crate-name leaf -A warnings $cfg leaf.rs -o "$work/leaf.o")
    add $side "" valve.o drivers/valve
    add $side "" leaf.o rust/leaf
    add stable-$side --stable valve.o drivers/valve
done
rm -rf "$work"
