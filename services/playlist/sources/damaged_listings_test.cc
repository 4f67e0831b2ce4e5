// Random valid listings of each vendor with one defect at a time: a byte, a field, the page size,
// the total. In each case every intact title is found exactly once, with a bounded number of
// requests.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libs/base/clock.h"
#include "libs/base/strings.h"
#include "libs/httpc/curl_http_client.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/jellyfin/jellyfin_source.h"
#include "services/playlist/sources/plex/plex_source.h"
#include "services/playlist/sources/romm/romm_source.h"
#include "services/playlist/sources/tmdb/tmdb_source.h"
#include "tests/support/fake_http_server.h"
#include "tests/support/replies.h"

namespace marquee::playlist {
namespace {

using ::marquee::testing::FakeHttpServer;
using ::marquee::testing::JsonReply;
using ::marquee::testing::NumberOf;
using Request = FakeHttpServer::Request;
using Random = std::mt19937;

size_t Below(Random& random, size_t bound) { return bound == 0 ? 0 : random() % bound; }

// Behaviour of the server in one round.
struct Listing {
  std::vector<std::string> entries;
  size_t cap = SIZE_MAX;  // maximum entries per page
  std::string total;      // as written in the response; empty: none
  bool grows = false;     // the total increases with each page
  bool has_mark = false;  // a byte order mark before the JSON
};

// The entries from `first` on as the contents of a JSON array.
std::string Page(const Listing& listing, size_t first, size_t count) {
  first = std::min(first, listing.entries.size());
  count = std::min({count, listing.cap, listing.entries.size() - first});
  std::string text;
  for (size_t i = 0; i < count; ++i) text += (i == 0 ? "" : ",") + listing.entries[first + i];
  return text;
}

std::string Total(const Listing& listing, std::string_view key, size_t first) {
  if (listing.total.empty()) return {};
  if (listing.grows) return fmt::format(",\"{}\":{}", key, listing.entries.size() + first + 50);
  return fmt::format(",\"{}\":{}", key, listing.total);
}

struct SourceParts {
  const base::Clock& clock;
  httpc::HttpClient& http;
  std::string url;
};

struct Vendor {
  const char* name;
  size_t page_size;
  const char* listing_path;
  std::string (*entry)(size_t number, const std::string& title, const std::string& extra);
  // Responses to the other requests of a fetch.
  std::vector<std::pair<std::string, std::string>> answers;
  std::string (*page)(const Listing&, const Request&);
  std::unique_ptr<Source> (*make)(const SourceParts&);
};

uint64_t Seed() { return 1; }

const Vendor kPlex = {
    "plex",
    10,
    "/library/sections/1/all",
    [](size_t number, const std::string& title, const std::string& extra) {
      return fmt::format(
          R"({{"ratingKey":"{0}","type":"movie","title":"{1}","thumb":"/library/metadata/{0}/thumb/1",)"
          R"("Media":[{{"id":1,"Part":[{{"id":2}}]}}],"Genre":[{{"tag":"Drama"}},{{"tag":"B"}}]{2}}})",
          number + 100, title, extra);
    },
    {{"/library/sections",
      R"({"MediaContainer":{"Directory":[{"key":"1","title":"Movies","type":"movie"}]}})"}},
    [](const Listing& listing, const Request& request) {
      const size_t first = NumberOf(request, "X-Plex-Container-Start", 0);
      return fmt::format(R"({{"MediaContainer":{{"size":1,"Metadata":[{}]{}}}}})",
                         Page(listing, first, NumberOf(request, "X-Plex-Container-Size", 0)),
                         Total(listing, "totalSize", first));
    },
    [](const SourceParts& parts) -> std::unique_ptr<Source> {
      PlexSource::Options options{.name = "S", .url = parts.url, .token = "t"};
      options.movie_libraries = {"Movies"};
      options.listing.page_size = 10;
      return *PlexSource::Create(std::move(options), {parts.clock, parts.http, &Seed});
    }};

const Vendor kJellyfin = {
    "jellyfin",
    10,
    "/Items",
    [](size_t number, const std::string& title, const std::string& extra) {
      return fmt::format(
          R"({{"Name":"{1}","ServerId":"5e","Id":"a{0}","Type":"Movie","ImageTags":{{"Primary":"p{0}"}},)"
          R"("Studios":[{{"Name":"N","Id":"7"}}],"Taglines":[],"Genres":["Drama","B"]{2}}})",
          number, title, extra);
    },
    {{"/System/Info/Public", R"({"ServerName":"F","Version":"10.9","Id":"5e"})"},
     {"/Users", "[]"},
     {"/Items/Counts", R"({"MovieCount":1,"SeriesCount":1})"},
     {"/Library/VirtualFolders", R"([{"Name":"Movies","CollectionType":"movies","ItemId":"f1"}])"}},
    [](const Listing& listing, const Request& request) {
      const size_t first = NumberOf(request, "StartIndex", 0);
      return fmt::format(R"({{"Items":[{}]{},"StartIndex":{}}})",
                         Page(listing, first, NumberOf(request, "Limit", 0)),
                         Total(listing, "TotalRecordCount", first), first);
    },
    [](const SourceParts& parts) -> std::unique_ptr<Source> {
      JellyfinSource::Options options{.name = "S", .url = parts.url, .token = "t"};
      options.movie_libraries = {"Movies"};
      options.listing.page_size = 10;
      return *JellyfinSource::Create(std::move(options), {parts.clock, parts.http, &Seed});
    }};

const Vendor kTmdb = {
    "tmdb",
    20,
    "/movie/popular",
    [](size_t number, const std::string& title, const std::string& extra) {
      return fmt::format(
          R"({{"adult":false,"id":{0},"genre_ids":[18,53],"title":"{1}","poster_path":"/p{0}.jpg"{2}}})",
          number + 1, title, extra);
    },
    {{"/genre/movie/list", R"({"genres":[{"id":18,"name":"Drama"}]})"},
     {"/genre/tv/list", R"({"genres":[{"id":18,"name":"Drama"}]})"},
     {"/tv/popular", R"({"page":1,"results":[],"total_results":0})"}},
    [](const Listing& listing, const Request& request) {
      // Pages have a fixed size: a cap reduces it.
      const size_t size = std::min<size_t>(listing.cap, 20);
      const size_t first = (std::max<size_t>(NumberOf(request, "page", 1), 1) - 1) * size;
      return fmt::format(R"({{"page":1,"results":[{}]{}}})", Page(listing, first, size),
                         Total(listing, "total_results", first));
    },
    [](const SourceParts& parts) -> std::unique_ptr<Source> {
      TmdbSource::Options options{.name = "S", .url = parts.url, .key = "k"};
      options.max_movies = 1'000;
      return *TmdbSource::Create(std::move(options), {parts.clock, parts.http, &Seed});
    }};

const Vendor kRomm = {
    "romm",
    10,
    "/api/roms",
    [](size_t number, const std::string& title, const std::string& extra) {
      return fmt::format(
          R"({{"id":{0},"name":"{1}","path_cover_large":"/assets/romm/resources/roms/1/{0}/cover/big.png",)"
          R"("metadatum":{{"genres":["A","B"],"companies":[]}},"files":[{{"id":1}}]{2}}})",
          number + 1, title, extra);
    },
    {{"/api/token", R"({"access_token":"a","refresh_token":"r","expires":900})"},
     {"/api/platforms", R"([{"id":1,"slug":"snes","name":"SNES","rom_count":1}])"}},
    [](const Listing& listing, const Request& request) {
      const size_t first = NumberOf(request, "offset", 0);
      const std::string page = Page(listing, first, NumberOf(request, "limit", 0));
      // Older servers send no total and a bare array.
      return listing.total.empty()
                 ? "[" + page + "]"
                 : fmt::format(R"({{"items":[{}]{}}})", page, Total(listing, "total", first));
    },
    [](const SourceParts& parts) -> std::unique_ptr<Source> {
      RommSource::Options options{.name = "S", .url = parts.url, .username = "u", .password = "p"};
      options.platforms = {"snes"};
      options.listing.page_size = 10;
      return *RommSource::Create(std::move(options), {parts.clock, parts.http, &Seed});
    }};

class DamagedListingsTest : public ::testing::TestWithParam<const Vendor*> {
 protected:
  static constexpr size_t kRounds = 250;

  DamagedListingsTest() {
    for (const auto& [path, body] : vendor().answers) server_.On(path, JsonReply(body));
    server_.On(vendor().listing_path, [this](const Request& request) {
      const base::MutexLock lock(mutex_);
      return JsonReply((listing_.has_mark ? "\xEF\xBB\xBF" : "") +
                       vendor().page(listing_, request));
    });
  }

  static const Vendor& vendor() { return *GetParam(); }
  static std::string TitleOf(size_t number) { return fmt::format("Title {}", number); }

  // Valid entries with all features of text and JSON.
  static Listing RandomListing(Random& random) {
    static const std::vector<std::string> kExtras = {
        "",
        R"(,"x":null)",
        R"(,"x":"\"}],{\\ \u00e9\ud83d\ude00")",
        R"(,"x":[[1,2.5e-3],{"y":[]}],"z":{})",
        ",\"x\" : \"Am\xC3\xA9lie \xF0\x9F\x98\x80 [2] {3}\" \n",
        R"(,"x":"","y":true)"};
    Listing listing;
    const size_t count = 1 + Below(random, 55);
    for (size_t i = 0; i < count; ++i) {
      listing.entries.push_back(
          vendor().entry(i, TitleOf(i), kExtras[Below(random, kExtras.size())]));
    }
    listing.total = std::to_string(count);
    return listing;
  }

  // Applies one defect; returns the entries that are no longer intact.
  static std::set<size_t> Mutate(Random& random, Listing* listing, std::string* what) {
    const size_t victim = Below(random, listing->entries.size());
    std::string& entry = listing->entries[victim];
    const size_t at = Below(random, entry.size());
    constexpr std::string_view kMeaning = "\"\\{}[],: \n";
    const char byte = Below(random, 2) == 0 ? kMeaning[Below(random, kMeaning.size())]
                                            : static_cast<char>(Below(random, 256));
    switch (Below(random, 9)) {
      case 0:
        *what = fmt::format("byte {} of entry {} becomes {:#x}", at, victim, byte);
        entry[at] = byte;
        return {victim};
      case 1:
        *what = fmt::format("byte {:#x} before byte {} of entry {}", byte, at, victim);
        entry.insert(at, 1, byte);
        return {victim};
      case 2: {
        const size_t count = 1 + Below(random, 8);
        *what = fmt::format("{} bytes from {} on of entry {} are missing", count, at, victim);
        entry.erase(at, Below(random, 2) == 0 ? 1 : count);
        return {victim};
      }
      case 3: {
        static const std::vector<std::string> kValues = {
            "null",        "7",
            "-1e400",      "[]",
            "{}",          "true",
            "\"\"",        R"([{"id":[{}]}])",
            R"("\ud83d")", std::string(70, '[') + std::string(70, ']')};
        const std::string& value = kValues[Below(random, kValues.size())];
        *what = fmt::format("a field of entry {} becomes {}", victim, value);
        const size_t colon = entry.find(':', entry.find(',', at));
        if (colon == std::string::npos) return {victim};
        entry.insert(colon + 1, value + ",\"was\":");
        return {victim};
      }
      case 4: {
        static const std::vector<std::string> kWhole = {"null", "[]",       "{}",
                                                        "17",   "\"text\"", "[[{}]]"};
        entry = kWhole[Below(random, kWhole.size())];
        *what = fmt::format("entry {} becomes {}", victim, entry);
        return {victim};
      }
      case 5:
        listing->cap = 1 + Below(random, 12);
        *what = fmt::format("pages of at most {}", listing->cap);
        return {};
      case 6: {
        static const std::vector<std::string> kTotals = {"",
                                                         "0",
                                                         "-1",
                                                         "1",
                                                         "9999",
                                                         "null",
                                                         "\"many\"",
                                                         "1e30",
                                                         "[3]",
                                                         "3.5",
                                                         "18446744073709551616"};
        listing->total = kTotals[Below(random, kTotals.size())];
        *what = "total " + listing->total;
        return {};
      }
      case 7:
        listing->grows = true;
        *what = "growing total";
        return {};
      default:
        listing->has_mark = true;
        listing->entries.push_back(entry);
        listing->total = std::to_string(listing->entries.size());
        *what = fmt::format("a byte order mark, and entry {} twice", victim);
        return {};
    }
  }

  base::Mutex mutex_;
  Listing listing_ MARQUEE_GUARDED_BY(mutex_);
  base::SystemClock clock_;
  obs::Metrics metrics_;
  FakeHttpServer server_;
  std::unique_ptr<httpc::CurlHttpClient> http_ =
      *httpc::CurlHttpClient::Create({}, {clock_, metrics_});
};

TEST_P(DamagedListingsTest, KeepEveryIntactTitle) {
  for (uint32_t seed = 0; seed < kRounds && !HasFailure(); ++seed) {
    Random random(seed);
    Listing listing = RandomListing(random);
    const size_t count = listing.entries.size();
    std::string what;
    const std::set<size_t> damaged = Mutate(random, &listing, &what);
    SCOPED_TRACE(fmt::format("{} seed {}: {}", vendor().name, seed, what));
    const size_t page = std::min({vendor().page_size, listing.cap, listing.entries.size()});
    {
      const base::MutexLock lock(mutex_);
      listing_ = listing;
    }
    server_.ForgetRequests();
    const auto source = vendor().make({clock_, *http_, server_.url()});

    const auto yield = source->Fetch({.deadline = clock_.Now() + absl::Seconds(30), .stop = {}});

    ASSERT_TRUE(yield.ok()) << yield.status();
    std::set<std::string> keys;
    std::set<std::string> titles;
    for (const ItemPtr& item : yield->items) {
      EXPECT_TRUE(keys.insert(item->item.key).second) << item->item.key << " occurs twice";
      titles.insert(item->item.title);
    }
    for (size_t i = 0; i < count; ++i) {
      if (!damaged.contains(i)) EXPECT_TRUE(titles.contains(TitleOf(i))) << TitleOf(i);
    }
    const size_t pages = (listing.entries.size() + page - 1) / page;
    EXPECT_LE(server_.RequestsTo(vendor().listing_path), pages + 10);
  }
}

INSTANTIATE_TEST_SUITE_P(Vendors, DamagedListingsTest,
                         ::testing::Values(&kPlex, &kJellyfin, &kTmdb, &kRomm),
                         [](const auto& each) { return std::string(each.param->name); });

}  // namespace
}  // namespace marquee::playlist
