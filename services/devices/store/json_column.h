// JSON objects as the text that a column holds.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace marquee::devices {

// `news` laid over `base`, key by key; a key of `news` replaces the whole value. Text that is no
// JSON object counts as {}.
std::string MergeObjects(std::string_view base, std::string_view news);

// `over` laid on `base`: objects merge key by key at every depth, any other value replaces what was
// there. Text that is no JSON object counts as {}.
std::string OverlayObjects(std::string_view base, std::string_view over);

// True for the text of a JSON object.
bool IsObject(std::string_view text);

std::string TextsToJson(const std::vector<std::string>& texts);
// Not an array, or members that are no strings: left out.
std::vector<std::string> TextsFromJson(std::string_view text);

}  // namespace marquee::devices
