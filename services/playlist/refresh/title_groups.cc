#include "services/playlist/refresh/title_groups.h"

#include <absl/container/flat_hash_map.h>
#include <absl/container/inlined_vector.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "services/playlist/model/title_key.h"

namespace marquee::playlist {
namespace {

// Comparisons per bucket of equal title and year: further films in it that ids distinguish are not
// compared with each other, so that a thousand of them do not take quadratic time.
constexpr size_t kMaxCompared = 16;

// More names than the versions of one film have at one server.
constexpr size_t kManyTitles = 8;

enum IdKind : uint8_t { kImdb, kTmdb, kTvdb, kIdKinds };

// 0: no id.
uint64_t ImdbNumber(std::string_view url) {
  const size_t at = url.rfind("tt");
  if (at == std::string_view::npos) return 0;
  uint64_t number = 0;
  const char* const end = url.data() + url.size();
  const auto [stop, error] = std::from_chars(url.data() + at + 2, end, number);
  return error == std::errc() ? number : 0;
}

std::array<uint64_t, kIdKinds> IdsOf(const Item& item) {
  const auto positive = [](const std::optional<int64_t>& id) {
    return static_cast<uint64_t>(std::max<int64_t>(id.value_or(0), 0));
  };
  return {ImdbNumber(item.imdb_url), positive(item.tmdb_id), positive(item.tvdb_id)};
}

// TMDB numbers films and series separately. kUnknown: a local image, of which only the name is
// known.
enum TitleKind : uint8_t { kMovie, kShow, kUnknown, kTitleKinds, kOther };

TitleKind TitleKindOf(const Item& item) {
  if (item.type == "movie") return kMovie;
  if (item.type == "show") return kShow;
  return item.type.empty() ? kUnknown : kOther;
}

// What is known of a set beside the kinds of its ids (bits 0 to kIdKinds - 1).
constexpr uint8_t kHasType = 1U << kIdKinds;            // one of its entries is a film or series
constexpr uint8_t kIsAmbiguous = 1U << (kIdKinds + 1);  // more than one title matches an entry

// Disjoint sets by index: the root is the first, and so the preferred, entry.
class Sets {
 public:
  explicit Sets(size_t size) : parent_(size), marks_(size, 0), sizes_(size, 1) {
    std::iota(parent_.begin(), parent_.end(), 0U);
  }

  uint32_t Find(uint32_t entry) {
    while (parent_[entry] != entry) {
      parent_[entry] = parent_[parent_[entry]];
      entry = parent_[entry];
    }
    return entry;
  }
  void Join(uint32_t a, uint32_t b) {
    a = Find(a);
    b = Find(b);
    if (a == b) return;
    if (b < a) std::swap(a, b);
    parent_[b] = a;
    marks_[a] |= marks_[b];
    sizes_[a] += sizes_[b];
  }
  void Know(uint32_t entry, IdKind kind) { Mark(entry, static_cast<uint8_t>(1U << kind)); }
  void Mark(uint32_t entry, uint8_t mark) { marks_[Find(entry)] |= mark; }
  // No ids conflict.
  bool MayJoin(uint32_t a, uint32_t b) {
    constexpr uint8_t kAllIds = (1U << kIdKinds) - 1;
    return (marks_[Find(a)] & marks_[Find(b)] & kAllIds) == 0 && HasRoom(a, b);
  }
  // Neither two titles nor a title and an entry that may belong to another one.
  bool MayJoinUnknown(uint32_t a, uint32_t b) {
    constexpr uint8_t kDecided = kHasType | kIsAmbiguous;
    const auto of_a = static_cast<uint8_t>(marks_[Find(a)] & kDecided);
    const auto of_b = static_cast<uint8_t>(marks_[Find(b)] & kDecided);
    const bool are_two = (of_a | of_b) == kDecided || (of_a & of_b & kHasType) != 0;
    return !are_two && HasRoom(a, b);
  }
  bool HasRoom(uint32_t a, uint32_t b) { return sizes_[Find(a)] + sizes_[Find(b)] <= kMaxCopies; }

 private:
  std::vector<uint32_t> parent_;
  std::vector<uint8_t> marks_;   // for roots: kinds of ids of its entries, kHasType, kIsAmbiguous
  std::vector<uint32_t> sizes_;  // for roots
};

class Grouping {
 public:
  explicit Grouping(const std::vector<TitleEntry>& entries)
      : entries_(entries), sets_(entries.size()) {
    keys_.reserve(entries.size());
    for (const TitleEntry& entry : entries) {
      const bool grouped = TitleKindOf(*entry.item) != kOther;
      keys_.push_back(grouped ? TitleKey(entry.item->title) : std::string());
    }
  }

  std::vector<std::vector<uint32_t>> Run() {
    JoinByIds();
    JoinByTitles();
    JoinUnknown();
    JoinUnknownByIds();
    JoinUnknownByTitles();
    absl::flat_hash_map<uint32_t, uint32_t> places;  // index in `groups` by root
    std::vector<std::vector<uint32_t>> groups;
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      const uint32_t root = sets_.Find(i);
      if (root == i) continue;
      const auto [place, first] = places.try_emplace(root, static_cast<uint32_t>(groups.size()));
      if (first) groups.push_back({root});
      groups[place->second].push_back(i);
    }
    std::ranges::sort(groups, {}, [](const auto& group) { return group.front(); });
    return groups;
  }

 private:
  using Id = std::pair<uint64_t, uint8_t>;           // number; IdKind and TitleKind
  using Entries = absl::InlinedVector<uint32_t, 4>;  // usually one, which needs no allocation

  static Id IdOf(uint64_t number, uint8_t id_kind, uint8_t kind) {
    return {number, static_cast<uint8_t>(kTitleKinds * id_kind + kind)};
  }

  void JoinByIds() {
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      const Item& item = *entries_[i].item;
      const TitleKind kind = TitleKindOf(item);
      if (kind == kOther) continue;
      if (kind != kUnknown) sets_.Mark(i, kHasType);
      const auto ids = IdsOf(item);
      for (uint8_t id_kind = 0; id_kind < kIdKinds; ++id_kind) {
        if (ids[id_kind] != 0) by_id_[IdOf(ids[id_kind], id_kind, kind)].push_back(i);
      }
    }
    for (const auto& [id, entries] : by_id_) {
      if (id.second % kTitleKinds == kUnknown || IsPlaceholder(entries)) continue;
      for (const uint32_t entry : entries) {
        sets_.Know(entry, static_cast<IdKind>(id.second / kTitleKinds));
        sets_.Join(entries.front(), entry);
      }
    }
  }

  bool IsPlaceholder(const Entries& entries) const {
    if (entries.size() > kMaxCopies) return true;
    if (entries.size() < 3) return false;
    struct Names {
      std::set<std::string_view> titles;
      std::set<int32_t> years;
    };
    absl::flat_hash_map<size_t, Names> of_source;
    return std::ranges::any_of(entries, [&](uint32_t entry) {
      Names& names = of_source[entries_[entry].source];
      names.titles.insert(keys_[entry]);
      if (const auto year = entries_[entry].item->year) names.years.insert(*year);
      return names.titles.size() >= kManyTitles ||
             (names.titles.size() >= 3 && names.years.size() >= 3);
    });
  }

  void JoinByTitles() {
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      const Item& item = *entries_[i].item;
      const TitleKind kind = TitleKindOf(item);
      if (keys_[i].empty() || !item.year || kind == kUnknown) continue;
      Entries& bucket = by_title_[NameOf(keys_[i], kind, *item.year)];
      const bool joined = std::ranges::any_of(bucket, [&](uint32_t other) {
        if (sets_.Find(other) == sets_.Find(i)) return true;
        if (!sets_.MayJoin(other, i)) return false;
        sets_.Join(other, i);
        return true;
      });
      if (!joined && bucket.size() < kMaxCompared) bucket.push_back(i);
    }
  }

  static std::string NameOf(const std::string& key, uint8_t kind, int32_t year) {
    std::string name = key;
    constexpr std::array<std::string_view, kTitleKinds> kSuffixes{"\nmovie ", "\nshow ", "\n? "};
    name += kSuffixes.at(kind);
    return name += std::to_string(year);
  }

  // Joins each entry of unknown type to its title if that is unique.
  void JoinUnknown() {
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      if (TitleKindOf(*entries_[i].item) != kUnknown) continue;
      const auto ids = IdsOf(*entries_[i].item);
      for (uint8_t id_kind = 0; id_kind < kIdKinds; ++id_kind) {
        if (!UntypedWith(ids[id_kind], id_kind).empty())
          sets_.Know(i, static_cast<IdKind>(id_kind));
      }
      Entries roots = RootsByIds(i, ids);
      if (roots.empty()) roots = RootsByTitle(i);
      if (roots.size() > 1) sets_.Mark(i, kIsAmbiguous);
      if (roots.size() == 1 && sets_.HasRoom(roots.front(), i)) sets_.Join(roots.front(), i);
    }
  }

  // In the order of the entries, as joining two of them can keep a third one out.
  void JoinUnknownByIds() {
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      if (TitleKindOf(*entries_[i].item) != kUnknown) continue;
      const auto ids = IdsOf(*entries_[i].item);
      for (uint8_t id_kind = 0; id_kind < kIdKinds; ++id_kind) {
        for (const uint32_t other : UntypedWith(ids[id_kind], id_kind)) {
          if (other >= i) break;
          if ((id_kind == kImdb || AreAlike(other, i)) && sets_.MayJoinUnknown(other, i)) {
            sets_.Join(other, i);
          }
        }
      }
    }
  }

  void JoinUnknownByTitles() {
    for (uint32_t i = 0; i < entries_.size(); ++i) {
      const Item& item = *entries_[i].item;
      if (TitleKindOf(item) != kUnknown || keys_[i].empty() || !item.year) continue;
      Entries& bucket = by_title_[NameOf(keys_[i], kUnknown, *item.year)];
      const bool joined = std::ranges::any_of(bucket, [&](uint32_t other) {
        if (sets_.Find(other) == sets_.Find(i)) return true;
        if (!sets_.MayJoin(other, i) || !sets_.MayJoinUnknown(other, i)) return false;
        sets_.Join(other, i);
        return true;
      });
      if (!joined && bucket.size() < kMaxCompared) bucket.push_back(i);
    }
  }

  // The entries of unknown type with this id; none if it is unknown (0) or a placeholder.
  Entries UntypedWith(uint64_t number, uint8_t id_kind) const {
    if (number == 0) return {};
    Entries all;
    for (const uint8_t kind : {kMovie, kShow, kUnknown}) {
      const auto found = by_id_.find(IdOf(number, id_kind, kind));
      if (found != by_id_.end()) all.insert(all.end(), found->second.begin(), found->second.end());
    }
    if (IsPlaceholder(all)) return {};
    return by_id_.at(IdOf(number, id_kind, kUnknown));
  }

  static void AddOnce(uint32_t root, Entries* roots) {
    if (std::ranges::find(*roots, root) == roots->end()) roots->push_back(root);
  }

  // The titles that have an id of entry `i`; of several, those with its name if there are any.
  Entries RootsByIds(uint32_t i, const std::array<uint64_t, kIdKinds>& ids) {
    Entries roots;
    Entries named;
    for (uint8_t id_kind = 0; id_kind < kIdKinds; ++id_kind) {
      if (ids[id_kind] == 0) continue;
      const Entries& unknown = by_id_[IdOf(ids[id_kind], id_kind, kUnknown)];
      for (const uint8_t kind : {kMovie, kShow}) {
        const auto found = by_id_.find(IdOf(ids[id_kind], id_kind, kind));
        if (found == by_id_.end()) continue;
        Entries all = found->second;
        all.insert(all.end(), unknown.begin(), unknown.end());
        if (IsPlaceholder(all)) continue;
        for (const uint32_t entry : found->second) {
          // Films and series are numbered separately, so an equal number may belong to the other.
          if (id_kind != kImdb && !Resemble(i, entry)) continue;
          AddOnce(sets_.Find(entry), &roots);
          if (keys_[entry] == keys_[i]) AddOnce(sets_.Find(entry), &named);
        }
      }
    }
    return roots.size() > 1 && !named.empty() ? named : roots;
  }

  // Whether the names may mean one title: equal titles, or years that differ by at most one.
  bool Resemble(uint32_t a, uint32_t b) const {
    const auto& year = entries_[a].item->year;
    const auto& other = entries_[b].item->year;
    return keys_[a] == keys_[b] || !year || !other || std::abs(*year - *other) <= 1;
  }

  // The same for two entries of unknown type, of which nothing says that they have one numbering:
  // an unknown year is no agreement.
  bool AreAlike(uint32_t a, uint32_t b) const {
    const auto& year = entries_[a].item->year;
    const auto& other = entries_[b].item->year;
    return keys_[a] == keys_[b] || (year && other && std::abs(*year - *other) <= 1);
  }

  Entries RootsByTitle(uint32_t i) {
    const Item& item = *entries_[i].item;
    Entries roots;
    if (keys_[i].empty() || !item.year) return roots;
    for (const uint8_t kind : {kMovie, kShow}) {
      const auto bucket = by_title_.find(NameOf(keys_[i], kind, *item.year));
      if (bucket == by_title_.end()) continue;
      for (const uint32_t entry : bucket->second) {
        if (sets_.MayJoin(entry, i)) AddOnce(sets_.Find(entry), &roots);
      }
    }
    return roots;
  }

  const std::vector<TitleEntry>& entries_;
  std::vector<std::string> keys_;  // TitleKey of each entry; empty: not grouped
  absl::flat_hash_map<Id, Entries> by_id_;
  absl::flat_hash_map<std::string, Entries> by_title_;  // one entry per set
  Sets sets_;
};

}  // namespace

std::vector<std::vector<uint32_t>> GroupTitles(const std::vector<TitleEntry>& entries) {
  return Grouping(entries).Run();
}

}  // namespace marquee::playlist
