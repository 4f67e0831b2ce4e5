// A REST request, its target on the first line and its body after it, converted to an RPC message.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "services/gateway/clients/rest_message.h"

namespace marquee::gateway {
namespace {

void Run(std::string_view text) {
  static const ApiDescriptors api;
  const size_t line = std::min(text.find('\n'), text.size());
  RestCall call;
  call.target = text.substr(0, line);
  call.body = text.substr(std::min(line + 1, text.size()));
  const std::string_view path = std::string_view(call.target).substr(0, call.target.find('?'));
  for (const RestBinding& binding : api.bindings()) {
    const auto variables = binding.path_template.Match(path);
    if (!variables) continue;
    const auto request = RequestMessage(binding, *variables, call);
    if (request.ok() && ReplyOf(**request).status != 200) std::abort();
  }
}

}  // namespace
}  // namespace marquee::gateway

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  marquee::gateway::Run({reinterpret_cast<const char*>(data), size});
  return 0;
}
