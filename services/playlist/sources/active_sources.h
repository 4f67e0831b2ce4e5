// Which sources there are. They may change at run time; whoever holds a list goes on with what is
// in it, and a source lives as long as somebody holds it.
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

  // In the order in which they are told of; never null.
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
