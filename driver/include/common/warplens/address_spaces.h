// Which space a generic address belongs to, and conversions between spaces.
#ifndef WARPLENS_ADDRESS_SPACES_H
#define WARPLENS_ADDRESS_SPACES_H

WARPLENS_D unsigned int __isGlobal(const void *p) { return __nvvm_isspacep_global(p); }
WARPLENS_D unsigned int __isShared(const void *p) { return __nvvm_isspacep_shared(p); }
WARPLENS_D unsigned int __isConstant(const void *p) { return __nvvm_isspacep_const(p); }
WARPLENS_D unsigned int __isLocal(const void *p) { return __nvvm_isspacep_local(p); }
WARPLENS_D size_t __cvta_generic_to_global(const void *p) {
  return (size_t)(const void __attribute__((address_space(1))) *)p;
}
WARPLENS_D size_t __cvta_generic_to_shared(const void *p) {
  return (size_t)(const void __attribute__((address_space(3))) *)p;
}
WARPLENS_D size_t __cvta_generic_to_constant(const void *p) {
  return (size_t)(const void __attribute__((address_space(4))) *)p;
}
WARPLENS_D size_t __cvta_generic_to_local(const void *p) {
  return (size_t)(const void __attribute__((address_space(5))) *)p;
}
WARPLENS_D void *__cvta_global_to_generic(size_t p) { return (void *)(void __attribute__((address_space(1))) *)p; }
WARPLENS_D void *__cvta_shared_to_generic(size_t p) { return (void *)(void __attribute__((address_space(3))) *)p; }
WARPLENS_D void *__cvta_constant_to_generic(size_t p) {
  return (void *)(void __attribute__((address_space(4))) *)p;
}
WARPLENS_D void *__cvta_local_to_generic(size_t p) { return (void *)(void __attribute__((address_space(5))) *)p; }

#endif
