// The list of active sources, which may change at run time. A caller that holds a list continues
// with it, and each source lives as long as something refers to it.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "libs/base/mutex.h"
#include "services/playlist/sources/source.h"

namespace marquee::playlist {

using SourceList = std::vector<std::shared_ptr<Source>>;

// Thread-safe.
class ActiveSources {
 public:
  explicit ActiveSources(SourceList sources = {})
      : sources_(std::make_shared<const SourceList>(std::move(sources))) {}

  // In configured order; never null.
  std::shared_ptr<const SourceList> sources() const {
    const base::MutexLock lock(mutex_);
    return sources_;
  }

  void Replace(SourceList sources) {
    auto list = std::make_shared<const SourceList>(std::move(sources));
    const base::MutexLock lock(mutex_);
    sources_.swap(list);
  }

 private:
  mutable base::Mutex mutex_;
  std::shared_ptr<const SourceList> sources_ MARQUEE_GUARDED_BY(mutex_);
};

}  // namespace marquee::playlist
