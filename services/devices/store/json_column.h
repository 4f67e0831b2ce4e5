// JSON objects as the text that a column holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace marquee::devices {

// `news` laid over `base`, key by key; a key of `news` replaces the whole value. Text that is no
// JSON object counts as {}.
std::string MergeObjects(std::string_view base, std::string_view news);

std::string TagsToJson(const std::vector<std::string>& tags);
// Not an array, or members that are no strings: left out.
std::vector<std::string> TagsFromJson(std::string_view text);

}  // namespace marquee::devices
