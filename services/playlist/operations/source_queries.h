// Queries to a single source: connection tests and previews while it is set up, and details of a
// title.
#pragma once

#include <absl/status/statusor.h>
#include <absl/time/time.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libs/base/call_context.h"
#include "libs/base/clock.h"
#include "libs/base/mutex.h"
#include "libs/obs/metrics.h"
#include "services/playlist/sources/active_sources.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

// How to reach a source: the name of a configured source, or settings to try. Empty fields are
// taken from the configured source of that name.
struct SourceTrial {
  std::string name = {};
  std::string type = {};
  std::string url = {};
  std::string path = {};
  std::string token = {};
  std::string username = {};
  std::string password = {};
  bool insecure_tls = false;

  bool is_only_a_name() const {
    return type.empty() && url.empty() && path.empty() && token.empty() && username.empty() &&
           password.empty() && !insecure_tls;
  }
};

// Thread-safe.
class SourceQueries {
 public:
  // Creates a source from trial settings, which is kept as long as it is needed. kInvalidArgument:
  // the settings are invalid.
  using MakeSource = std::function<absl::StatusOr<std::unique_ptr<Source>>(const SourceTrial&)>;

  // Time limit of a query.
  static constexpr absl::Duration kPatience = absl::Seconds(8);
  // Lifetime and number of cached previews, because people who move a slider repeat the same query.
  static constexpr absl::Duration kPreviewAge = absl::Seconds(15);
  static constexpr size_t kMaxPreviews = 32;

  // Metric: marquee_source_previews_total{result}, `kept` or `counted`. Constructor arguments must
  // outlive this object.
  SourceQueries(const ActiveSources& active_sources, MakeSource make, const base::Clock& clock,
                obs::Metrics& metrics);

  // All methods: kNotFound: unknown source. Other errors as SourceOperations.
  absl::StatusOr<ServerInfo> Test(const SourceTrial& trial, const base::CallContext& context) const;
  absl::StatusOr<std::vector<LibraryInfo>> ListLibraries(const SourceTrial& trial,
                                                         const base::CallContext& context) const;
  absl::StatusOr<FilterCounts> Preview(std::string_view source, const FilterTrial& trial,
                                       const base::CallContext& context) const;
  absl::StatusOr<std::vector<Extra>> ExtrasOf(const Item& item,
                                              const base::CallContext& context) const;
  // From the first source of type tmdb. kFailedPrecondition: there is none.
  absl::StatusOr<std::vector<Extra>> ExtrasByTmdbId(int64_t id, std::string_view type,
                                                    const base::CallContext& context) const;

 private:
  absl::StatusOr<std::shared_ptr<Source>> Find(std::string_view name) const;
  // The configured source, or a temporary one for this query.
  absl::StatusOr<std::shared_ptr<Source>> FindOrMake(const SourceTrial& trial) const;
  base::CallContext Limit(const base::CallContext& context) const;

  const ActiveSources& active_sources_;
  struct CachedPreview {
    std::weak_ptr<Source> source;  // a different object means changed settings
    FilterTrial trial;
    FilterCounts counts;
    absl::Time until;
  };

  const MakeSource make_;
  const base::Clock& clock_;
  const obs::Counter kept_;
  const obs::Counter counted_;
  mutable base::Mutex mutex_;
  mutable std::deque<CachedPreview> previews_ MARQUEE_GUARDED_BY(mutex_);  // oldest first
};

}  // namespace marquee::playlist
