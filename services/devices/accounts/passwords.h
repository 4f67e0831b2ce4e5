// Passwords as argon2id hashes (libsodium).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace marquee::devices {

inline constexpr size_t kMinPasswordBytes = 8;
// Hashing reads all of it; longer helps nobody.
inline constexpr size_t kMaxPasswordBytes = 1024;

// Three passes over 32 MiB: some 60 ms of one core, above what OWASP asks for. Blocks for that long
// and holds that much, so callers limit how many run at once. Empty: no memory for it.
std::string HashPassword(std::string_view password);

// Costs the same whatever is wrong; an empty hash is a password that nobody has.
bool IsPassword(std::string_view password, const std::string& hash);

// True for a hash that an earlier version made more cheaply.
bool NeedsRehash(const std::string& hash);

}  // namespace marquee::devices
