// Sends and receives one packet with descriptors, over a SOCK_SEQPACKET socket.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "services/imageproc/transform/sandbox/descriptor.h"

namespace marquee::imageproc::sandbox {

inline constexpr size_t kMaxDescriptors = 2;

// False: the other end is closed. Raises no signal.
bool Send(const Descriptor& socket, std::span<const std::byte> packet,
          std::span<const Descriptor* const> descriptors);

// Waits for a packet of exactly this size. False: the other end is closed or sent something else.
bool Receive(const Descriptor& socket, std::span<std::byte> packet,
             std::vector<Descriptor>& descriptors);

}  // namespace marquee::imageproc::sandbox
