// JSON objects stored as text in a column.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace marquee::devices {

// Merges `changes` into `base` key by key; a key of `changes` replaces the whole value. Text that
// is not a JSON object counts as {}.
std::string MergeObjects(std::string_view base, std::string_view changes);

// Merges `over` into `base`: objects merge key by key at every depth, any other value of `over`
// replaces that of `base`. Text that is not a JSON object counts as {}.
std::string OverlayObjects(std::string_view base, std::string_view over);

// True for the text of a JSON object.
bool IsObject(std::string_view text);

std::string TextsToJson(const std::vector<std::string>& texts);
// Skips members that are not strings; empty if `text` is not an array.
std::vector<std::string> TextsFromJson(std::string_view text);

}  // namespace marquee::devices
