// Renders drawings to JPEG files. libvips must be initialised (VIPS_INIT).
#pragma once

#include <absl/status/status.h>

#include <filesystem>

#include "tools/demo_posters/svg.h"

namespace marquee::demo {

inline constexpr int kPosterWidthPx = 1000;
inline constexpr int kPosterHeightPx = 1500;
inline constexpr int kBackgroundWidthPx = 1920;
inline constexpr int kBackgroundHeightPx = 1080;

// Renders `drawing`, adds a fine paper grain (so that flat colours look printed and gradients show
// no bands) and writes a JPEG of quality 85. The same drawing gives the same bytes. kUnavailable:
// libvips could not draw it or write the file; the message says which.
absl::Status Print(const Svg& drawing, const std::filesystem::path& file);

// Draws the whole catalogue into `directory`: posters at its top level, backgrounds in
// `backgrounds/` under the name of their poster. Creates folders and replaces existing files.
absl::Status PrintLibrary(const std::filesystem::path& directory);

}  // namespace marquee::demo
