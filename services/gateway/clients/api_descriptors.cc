#include "services/gateway/clients/api_descriptors.h"

#include <google/protobuf/descriptor.pb.h>

#include <cstdlib>

#include "google/api/annotations.pb.h"
#include "marquee/access/v1/scope.pb.h"

// The serialised descriptor set of protos/, embedded by the build.
asm(".section .rodata,\"a\",@progbits\n"
    "marquee_api_begin:\n"
    ".incbin \"" MARQUEE_API_DESCRIPTORS
    "\"\n"
    "marquee_api_end:\n"
    ".byte 0\n"
    ".text\n");
extern "C" {
// NOLINTBEGIN(readability-identifier-naming): labels of the assembler
extern const char marquee_api_begin[] __attribute__((visibility("hidden")));
extern const char marquee_api_end[] __attribute__((visibility("hidden")));
// NOLINTEND(readability-identifier-naming)
}

namespace marquee::gateway {
namespace {

namespace protobuf = google::protobuf;

// A method without a scope, or for internal use only, requires administrator rights.
Scope ScopeOf(const protobuf::MethodDescriptor& method) {
  switch (method.options().GetExtension(access::v1::scope)) {
    case access::v1::SCOPE_READ:
      return Scope::kRead;
    case access::v1::SCOPE_OPERATE:
      return Scope::kOperate;
    default:
      return Scope::kAdmin;
  }
}

void Bind(const protobuf::MethodDescriptor& method, protobuf::MessageFactory* messages,
          std::vector<RestBinding>& bindings) {
  if (!method.options().HasExtension(google::api::http)) return;
  const google::api::HttpRule& rule = method.options().GetExtension(google::api::http);
  RestBinding binding;
  binding.method = &method;
  binding.body = rule.body();
  switch (rule.pattern_case()) {
    case google::api::HttpRule::kGet:
      binding.path = rule.get();
      binding.verb = Method::kGet;
      break;
    case google::api::HttpRule::kPost:
      binding.path = rule.post();
      binding.verb = Method::kPost;
      break;
    case google::api::HttpRule::kPut:
      binding.path = rule.put();
      binding.verb = Method::kPut;
      break;
    case google::api::HttpRule::kPatch:
      binding.path = rule.patch();
      binding.verb = Method::kPatch;
      break;
    case google::api::HttpRule::kDelete:
      binding.path = rule.delete_();
      binding.verb = Method::kDelete;
      break;
    default:
      return;
  }
  binding.path_template = PathTemplate::Parse(binding.path).value();
  binding.scope = ScopeOf(method);
  binding.messages = messages;
  bindings.push_back(std::move(binding));
}

}  // namespace

ApiDescriptors::ApiDescriptors()
    : pool_(std::make_unique<protobuf::DescriptorPool>()),
      messages_(std::make_unique<protobuf::DynamicMessageFactory>(pool_.get())) {
  protobuf::FileDescriptorSet files;
  const auto size = static_cast<int>(marquee_api_end - marquee_api_begin);
  if (!files.ParseFromArray(marquee_api_begin, size)) std::abort();
  for (const protobuf::FileDescriptorProto& proto : files.file()) {
    const protobuf::FileDescriptor* file = pool_->BuildFile(proto);
    if (file == nullptr) std::abort();
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m) {
        methods_.push_back(file->service(s)->method(m));
        Bind(*methods_.back(), messages_.get(), bindings_);
      }
    }
  }
}

ApiDescriptors::~ApiDescriptors() = default;

}  // namespace marquee::gateway
