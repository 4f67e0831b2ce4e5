// Whether this is a build for clang's address or thread sanitizer, whose use of memory, addresses
// and system calls is not that of a normal build.
#pragma once

namespace marquee::base {

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define MARQUEE_SANITIZED 1
#endif
#endif
#ifdef MARQUEE_SANITIZED
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif
#undef MARQUEE_SANITIZED

}  // namespace marquee::base
