# Toolchain: AArch64 Linux with Debian's cross compiler and arm64 packages (tools/setup.sh aarch64).
# What it builds runs under qemu-user here; QEMU_CPU chooses the CPU, by default one that has everything.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
