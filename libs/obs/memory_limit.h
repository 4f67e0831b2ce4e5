// The memory that the operating system allows this program: a container's or a systemd unit's
// limit (cgroups(7), version 2).
#pragma once

#include <filesystem>

namespace marquee::obs {

// Bytes: the lowest memory.max of the program's control group and its parents. 0: no limit, or the
// files cannot be read (no cgroup v2).
// membership: /proc/self/cgroup; root: the mount point, /sys/fs/cgroup.
double MemoryLimitBytes(const std::filesystem::path& membership, const std::filesystem::path& root);

}  // namespace marquee::obs
