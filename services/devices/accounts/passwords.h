// Passwords as argon2id hashes (libsodium).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::devices {

inline constexpr size_t kMinPasswordBytes = 8;
// A longer password adds no security but costs time, since all of it is hashed.
inline constexpr size_t kMaxPasswordBytes = 1024;

// Three passes over 32 MiB: about 60 ms of one core, more than OWASP recommends. Blocks for that
// time and holds that memory, so callers limit concurrent calls. Empty: out of memory.
std::string HashPassword(std::string_view password);

// Takes the same time for every result. An empty hash matches no password.
bool IsPassword(std::string_view password, const std::string& hash);

// True for a hash created by an earlier version with cheaper parameters.
bool NeedsRehash(const std::string& hash);

}  // namespace marquee::devices
