// The catalogue of the demo library: images and titles. All titles are invented.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tools/demo_posters/svg.h"

namespace marquee::demo {

struct Film {
  std::string_view title;
  int year = 0;
  void (*poster)(Svg&) = nullptr;
  void (*background)(Svg&) = nullptr;  // null: no background
};

std::span<const Film> Catalogue();

// `Title (Year).jpg`: the form from which the local source reads title and year.
std::string FileName(const Film& film);

}  // namespace marquee::demo
