#include "services/playlist/sources/remote/damaged_entries.h"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "services/playlist/model/text.h"

namespace marquee::playlist {
namespace {

constexpr size_t kStartBytes = 40;

// The beginning of the title in a text that may not be JSON; empty: none.
std::string TitleStart(std::string_view text) {
  for (const std::string_view key : {"\"title\"", "\"Name\"", "\"name\""}) {
    size_t at = text.find(key);
    if (at == std::string_view::npos) continue;
    at = text.find_first_not_of(" \t\r\n:", at + key.size());
    if (at == std::string_view::npos || text[at] != '"') continue;
    const std::string_view value = text.substr(at + 1);
    std::string start = CleanText(value.substr(0, value.find('"')), kStartBytes);
    if (!start.empty()) return start;
  }
  return {};
}

}  // namespace

void DamagedEntries::Add(size_t index, std::string_view text) {
  std::string start = TitleStart(text);
  if (start.empty()) start = CleanText(text, kStartBytes);
  Add({.index = index, .hash = XXH64(text.data(), text.size(), 0), .start = std::move(start)});
}

void DamagedEntries::Add(Entry entry) {
  if (std::ranges::find(entries_, entry.hash, &Entry::hash) != entries_.end()) return;
  ++count_;
  if (entries_.size() < kRemembered) entries_.push_back(std::move(entry));
}

void DamagedEntries::Merge(const DamagedEntries& other, size_t first) {
  for (const Entry& entry : other.entries_) {
    Add({.index = first + entry.index, .hash = entry.hash, .start = entry.start});
  }
  count_ += other.count_ - other.entries_.size();
}

std::string DamagedEntries::Describe() const {
  if (count_ == 0) return {};
  std::string names;
  for (size_t i = 0; i < std::min(entries_.size(), kNamed); ++i) {
    names += fmt::format("{}entry {} (\"{}\")", i == 0 ? "" : ", ", entries_[i].index + 1,
                         entries_[i].start);
  }
  return fmt::format("{} {} be read and {} left out: {}{}; edit or refresh it at the server",
                     count_, count_ == 1 ? "entry cannot" : "entries cannot",
                     count_ == 1 ? "is" : "are", names, count_ > kNamed ? " …" : "");
}

}  // namespace marquee::playlist
