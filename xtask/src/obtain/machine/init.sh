#!/bin/busybox sh
# The first and only process of the machine: runs each line of /steps as a command, and says on the
# second serial port how it ended, what it wrote, and what the kernel logged meanwhile.
# ../machine/transcript.rs reads that.
/bin/busybox mkdir -p /proc /sys /dev
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox --install -s /bin
export PATH=/bin
exec </dev/null >/dev/ttyS1 2>&1

dmesg -c >/dev/null
echo '@ready'
while IFS= read -r step <&3; do
	output=$(eval "$step" 2>&1 3<&-)
	status=$?
	[ -z "$output" ] || printf '%s\n' "$output" | sed 's/^/> /'
	dmesg -c
	echo "@status $status"
done 3</steps
echo '@end'

# Waits until all of that is written. Without ACPI, a kernel cannot switch the machine off; but QEMU
# ends, too, when it is to start again.
exec >/dev/null 2>&1
[ ! -d /sys/firmware/acpi ] || poweroff -f
reboot -f
