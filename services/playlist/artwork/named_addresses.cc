#include "services/playlist/artwork/named_addresses.h"

#include <dlfcn.h>
#include <netdb.h>

#include <map>
#include <utility>

#include "libs/base/mutex.h"

namespace marquee::playlist {
namespace {

using Resolve = int (*)(const char*, const char*, const addrinfo*, addrinfo**);

struct Table {
  base::Mutex mutex;
  std::map<std::string, std::vector<std::string>> names MARQUEE_GUARDED_BY(mutex);
};

Table& TheTable() {
  static Table table;
  return table;
}

std::vector<std::string> AddressesOf(const std::string& name) {
  Table& table = TheTable();
  const base::MutexLock lock(table.mutex);
  const auto known = table.names.find(name);
  // A numeric address resolves to itself; unknown names do not resolve.
  return known == table.names.end() ? std::vector{name} : known->second;
}

}  // namespace

void SetAddressesOf(const std::string& name, std::vector<std::string> addresses) {
  Table& table = TheTable();
  const base::MutexLock lock(table.mutex);
  table.names[name] = std::move(addresses);
}

// As getaddrinfo(3).
static int ResolveByTable(const char* node, const char* service, const addrinfo* hints,
                          addrinfo** found) {
  static const auto real = reinterpret_cast<Resolve>(dlsym(RTLD_NEXT, "getaddrinfo"));
  addrinfo numeric = hints == nullptr ? addrinfo{} : *hints;
  numeric.ai_flags |= AI_NUMERICHOST;
  addrinfo* first = nullptr;
  addrinfo** end = &first;
  for (const std::string& address : AddressesOf(node == nullptr ? "" : node)) {
    if (real(address.c_str(), service, &numeric, end) != 0) {
      *end = nullptr;
      continue;
    }
    while (*end != nullptr) end = &(*end)->ai_next;
  }
  *found = first;
  return first == nullptr ? EAI_NONAME : 0;
}

}  // namespace marquee::playlist

// Interposes getaddrinfo of libc, so that libcurl uses this table.
extern "C" int getaddrinfo(const char* node, const char* service, const addrinfo* hints,
                           addrinfo** found) {
  return marquee::playlist::ResolveByTable(node, service, hints, found);
}
