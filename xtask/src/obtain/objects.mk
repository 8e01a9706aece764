# Asks Kbuild which objects a configuration builds: stands in for scripts/Makefile.build while the
# top Makefile descends (`make build='-f objects.mk obj' .`), and prints instead of building.
# One line per object, `object: PATH.o`, from the kernel's own Kbuild files and Makefile.lib.

src := $(if $(VPATH),$(VPATH)/)$(obj)

PHONY := __objects
__objects:

# A goal asked for by name (`prepare`, a header) belongs to the preparation: it is up to date.
ifeq ($(MAKECMDGOALS),)

# What a Kbuild file may append to starts empty, whatever the environment says.
obj-y :=
obj-m :=
lib-y :=
lib-m :=
always-y :=
always-m :=
extra-y :=
targets :=
subdir-y :=
subdir-m :=
asflags-y :=
ccflags-y :=
cppflags-y :=
ldflags-y :=
rustflags-y :=
subdir-asflags-y :=
subdir-ccflags-y :=

include include/config/auto.conf
include $(srctree)/scripts/Kbuild.include
# Before 5.12 its part is in Kbuild.include.
include $(wildcard $(srctree)/scripts/Makefile.compiler)
include $(firstword $(wildcard $(srctree)/$(obj)/Kbuild $(srctree)/$(obj)/Makefile))
include $(srctree)/scripts/Makefile.lib

$(foreach object,$(filter %.o,$(real-obj-y) $(real-obj-m) $(lib-y)),$(info object: $(object)))

__objects: $(subdir-ym)
	@:

PHONY += $(subdir-ym)
$(subdir-ym):
	@$(MAKE) $(build)=$@

endif

.DEFAULT:
	@:

.PHONY: $(PHONY)
