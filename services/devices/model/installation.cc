#include "services/devices/model/installation.h"

#include "services/devices/model/ids.h"

namespace marquee::devices {

StoreInfo NewStoreInfo() {
  constexpr size_t kKeyBytes = 32;
  return {.id = NewUuid(), .generation = 0, .secret_key = RandomHex(kKeyBytes)};
}

}  // namespace marquee::devices
