// The descriptors of the services' protos as of this build, with comments: the source of
// /openapi.json and of the REST API.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/dynamic_message.h>

#include <memory>
#include <string>
#include <vector>

#include "services/gateway/clients/path_template.h"
#include "services/gateway/http/message.h"
#include "services/gateway/model/principal.h"

namespace marquee::gateway {

// One REST method of one RPC.
struct RestBinding {
  const google::protobuf::MethodDescriptor* method = nullptr;
  Method verb = Method::kGet;
  std::string path;  // from the annotation
  PathTemplate path_template;
  std::string body;  // "": none, "*": the whole request, or the name of a field
  Scope scope = Scope::kAdmin;
  // Creates the method's messages; valid as long as the ApiDescriptors that owns the binding.
  google::protobuf::MessageFactory* messages = nullptr;
};

class ApiDescriptors {
 public:
  // Aborts if the embedded protos cannot be parsed: they are part of the program.
  ApiDescriptors();
  ~ApiDescriptors();

  // In the order of the files.
  const std::vector<RestBinding>& bindings() const { return bindings_; }
  // All methods of all services, including those without a REST route.
  const std::vector<const google::protobuf::MethodDescriptor*>& methods() const { return methods_; }

 private:
  const std::unique_ptr<google::protobuf::DescriptorPool> pool_;
  const std::unique_ptr<google::protobuf::DynamicMessageFactory> messages_;
  std::vector<const google::protobuf::MethodDescriptor*> methods_;
  std::vector<RestBinding> bindings_;
};

}  // namespace marquee::gateway
