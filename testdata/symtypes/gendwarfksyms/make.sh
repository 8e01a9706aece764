#!/bin/sh
# Makes the trees beside this file. $1 is upstream's gendwarfksyms (of 7.3), gcc and rustc are in PATH.
set -e
cd "$(dirname "$0")"
work=$(mktemp -d)
make_tree() { # tree, options, object, file
    nm -p --defined-only "$work/$3" | awk '$2 ~ /[TRDB]/ { print $3 }' > "$work/symbols"
    "$GENDWARFKSYMS" $2 -T "$1/$4.symtypes" "$work/$3" < "$work/symbols" |
        awk '{ print $3 "\t" $2 "\tvmlinux\tEXPORT_SYMBOL\t" }' >> "$1/Module.symvers"
}
GENDWARFKSYMS=$1
rm -f plain/Module.symvers stable/Module.symvers
(cd source && gcc -g -O0 -c tank.c -o "$work/tank.o")
(cd source && rustc --emit=obj -g -Ccodegen-units=1 -Csymbol-mangling-version=v0 --crate-type lib \
    --crate-name pump -A warnings pump.rs -o "$work/pump.o")
make_tree plain "" tank.o lib/tank
make_tree plain "" pump.o rust/pump
make_tree stable --stable tank.o lib/tank
rm -rf "$work"
