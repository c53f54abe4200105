// Ranges and marks of NVTX, which land in Warplens's capture. Written from the published API reference.
//
// The functions live in the runtime library. They are weak here: a program that runs without that library keeps its
// annotations and they do nothing.
#ifndef WARPLENS_NVTX3_NVTOOLSEXT_H
#define WARPLENS_NVTX3_NVTOOLSEXT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

#define NVTX_VERSION 3
#define NVTX_INLINE_STATIC inline static
#define NVTX_DECLSPEC
#define NVTX_API

#ifdef __cplusplus
extern "C" {
#endif

typedef uint64_t nvtxRangeId_t;
typedef struct nvtxDomainRegistration_st *nvtxDomainHandle_t;
typedef struct nvtxStringRegistration_st *nvtxStringHandle_t;

typedef enum nvtxColorType_t {
  NVTX_COLOR_UNKNOWN = 0,
  NVTX_COLOR_ARGB = 1,
} nvtxColorType_t;

typedef enum nvtxMessageType_t {
  NVTX_MESSAGE_UNKNOWN = 0,
  NVTX_MESSAGE_TYPE_ASCII = 1,
  NVTX_MESSAGE_TYPE_UNICODE = 2,
  NVTX_MESSAGE_TYPE_REGISTERED = 3,
} nvtxMessageType_t;

typedef union nvtxMessageValue_t {
  const char *ascii;
  const wchar_t *unicode;
  nvtxStringHandle_t registered;
} nvtxMessageValue_t;

typedef enum nvtxPayloadType_t {
  NVTX_PAYLOAD_UNKNOWN = 0,
  NVTX_PAYLOAD_TYPE_UNSIGNED_INT64 = 1,
  NVTX_PAYLOAD_TYPE_INT64 = 2,
  NVTX_PAYLOAD_TYPE_DOUBLE = 3,
  NVTX_PAYLOAD_TYPE_UNSIGNED_INT32 = 4,
  NVTX_PAYLOAD_TYPE_INT32 = 5,
  NVTX_PAYLOAD_TYPE_FLOAT = 6,
} nvtxPayloadType_t;

typedef struct nvtxEventAttributes_v2 {
  uint16_t version;
  uint16_t size;
  uint32_t category;
  int32_t colorType;
  uint32_t color;
  int32_t payloadType;
  int32_t reserved0;
  union payload_t {
    uint64_t ullValue;
    int64_t llValue;
    double dValue;
    uint32_t uiValue;
    int32_t iValue;
    float fValue;
  } payload;
  int32_t messageType;
  nvtxMessageValue_t message;
} nvtxEventAttributes_t;

#define NVTX_EVENT_ATTRIB_STRUCT_SIZE ((uint16_t)sizeof(nvtxEventAttributes_t))
#define NVTX_NO_PUSH_POP_TRACKING ((int)-2)

#define WARPLENS_WEAK(name) __asm__(name) __attribute__((weak))
extern int warplens_nvtxRangePushA(const char *message) WARPLENS_WEAK("nvtxRangePushA");
extern int warplens_nvtxRangePushEx(const nvtxEventAttributes_t *attributes) WARPLENS_WEAK("nvtxRangePushEx");
extern int warplens_nvtxRangePop(void) WARPLENS_WEAK("nvtxRangePop");
extern nvtxRangeId_t warplens_nvtxRangeStartA(const char *message) WARPLENS_WEAK("nvtxRangeStartA");
extern nvtxRangeId_t warplens_nvtxRangeStartEx(const nvtxEventAttributes_t *a) WARPLENS_WEAK("nvtxRangeStartEx");
extern void warplens_nvtxRangeEnd(nvtxRangeId_t id) WARPLENS_WEAK("nvtxRangeEnd");
extern void warplens_nvtxMarkA(const char *message) WARPLENS_WEAK("nvtxMarkA");
extern void warplens_nvtxMarkEx(const nvtxEventAttributes_t *attributes) WARPLENS_WEAK("nvtxMarkEx");
#undef WARPLENS_WEAK

#define WARPLENS_NVTX static inline __attribute__((unused))

// The wrappers below get other symbols, or the names above would mean the wrappers themselves.
WARPLENS_NVTX int nvtxRangePushA(const char *message) __asm__("warplens_call_nvtxRangePushA");
WARPLENS_NVTX int nvtxRangePushEx(const nvtxEventAttributes_t *attributes) __asm__("warplens_call_nvtxRangePushEx");
WARPLENS_NVTX int nvtxRangePop(void) __asm__("warplens_call_nvtxRangePop");
WARPLENS_NVTX nvtxRangeId_t nvtxRangeStartA(const char *message) __asm__("warplens_call_nvtxRangeStartA");
WARPLENS_NVTX nvtxRangeId_t nvtxRangeStartEx(const nvtxEventAttributes_t *attributes) __asm__("warplens_call_nvtxRangeStartEx");
WARPLENS_NVTX void nvtxRangeEnd(nvtxRangeId_t id) __asm__("warplens_call_nvtxRangeEnd");
WARPLENS_NVTX void nvtxMarkA(const char *message) __asm__("warplens_call_nvtxMarkA");
WARPLENS_NVTX void nvtxMarkEx(const nvtxEventAttributes_t *attributes) __asm__("warplens_call_nvtxMarkEx");

WARPLENS_NVTX void nvtxInitialize(const void *reserved) { (void)reserved; }
WARPLENS_NVTX int nvtxRangePushA(const char *message) {
  return warplens_nvtxRangePushA ? warplens_nvtxRangePushA(message) : NVTX_NO_PUSH_POP_TRACKING;
}
WARPLENS_NVTX int nvtxRangePushEx(const nvtxEventAttributes_t *attributes) {
  return warplens_nvtxRangePushEx ? warplens_nvtxRangePushEx(attributes) : NVTX_NO_PUSH_POP_TRACKING;
}
WARPLENS_NVTX int nvtxRangePop(void) {
  return warplens_nvtxRangePop ? warplens_nvtxRangePop() : NVTX_NO_PUSH_POP_TRACKING;
}
WARPLENS_NVTX nvtxRangeId_t nvtxRangeStartA(const char *message) {
  return warplens_nvtxRangeStartA ? warplens_nvtxRangeStartA(message) : 0;
}
WARPLENS_NVTX nvtxRangeId_t nvtxRangeStartEx(const nvtxEventAttributes_t *attributes) {
  return warplens_nvtxRangeStartEx ? warplens_nvtxRangeStartEx(attributes) : 0;
}
WARPLENS_NVTX void nvtxRangeEnd(nvtxRangeId_t id) {
  if (warplens_nvtxRangeEnd) {
    warplens_nvtxRangeEnd(id);
  }
}
WARPLENS_NVTX void nvtxMarkA(const char *message) {
  if (warplens_nvtxMarkA) {
    warplens_nvtxMarkA(message);
  }
}
WARPLENS_NVTX void nvtxMarkEx(const nvtxEventAttributes_t *attributes) {
  if (warplens_nvtxMarkEx) {
    warplens_nvtxMarkEx(attributes);
  }
}

// A domain prefixes nothing yet: its ranges land on the same track as the others.
WARPLENS_NVTX nvtxDomainHandle_t nvtxDomainCreateA(const char *name) { return (nvtxDomainHandle_t)name; }
WARPLENS_NVTX void nvtxDomainDestroy(nvtxDomainHandle_t domain) { (void)domain; }
WARPLENS_NVTX int nvtxDomainRangePushEx(nvtxDomainHandle_t domain, const nvtxEventAttributes_t *attributes) {
  (void)domain;
  return nvtxRangePushEx(attributes);
}
WARPLENS_NVTX int nvtxDomainRangePop(nvtxDomainHandle_t domain) {
  (void)domain;
  return nvtxRangePop();
}
WARPLENS_NVTX nvtxRangeId_t nvtxDomainRangeStartEx(nvtxDomainHandle_t domain, const nvtxEventAttributes_t *attributes) {
  (void)domain;
  return nvtxRangeStartEx(attributes);
}
WARPLENS_NVTX void nvtxDomainRangeEnd(nvtxDomainHandle_t domain, nvtxRangeId_t id) {
  (void)domain;
  nvtxRangeEnd(id);
}
WARPLENS_NVTX void nvtxDomainMarkEx(nvtxDomainHandle_t domain, const nvtxEventAttributes_t *attributes) {
  (void)domain;
  nvtxMarkEx(attributes);
}
WARPLENS_NVTX nvtxStringHandle_t nvtxDomainRegisterStringA(nvtxDomainHandle_t domain, const char *string) {
  (void)domain;
  return (nvtxStringHandle_t)string;
}

WARPLENS_NVTX void nvtxDomainNameCategoryA(nvtxDomainHandle_t domain, uint32_t category, const char *name) {
  (void)domain;
  (void)category;
  (void)name;
}

// Wide strings reach the capture as UTF-8. The copy that a registered string needs lives as long as the program.
WARPLENS_NVTX void warplens_nvtxNarrow(char *out, size_t room, const wchar_t *text) {
  size_t n = 0;
  for (; text && *text && n + 5 < room; text++) {
    uint32_t c = (uint32_t)*text;
    if (c < 0x80) {
      out[n++] = (char)c;
    } else if (c < 0x800) {
      out[n++] = (char)(0xc0 | (c >> 6));
      out[n++] = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
      out[n++] = (char)(0xe0 | (c >> 12));
      out[n++] = (char)(0x80 | ((c >> 6) & 0x3f));
      out[n++] = (char)(0x80 | (c & 0x3f));
    } else {
      out[n++] = (char)(0xf0 | (c >> 18));
      out[n++] = (char)(0x80 | ((c >> 12) & 0x3f));
      out[n++] = (char)(0x80 | ((c >> 6) & 0x3f));
      out[n++] = (char)(0x80 | (c & 0x3f));
    }
  }
  out[n] = 0;
}
WARPLENS_NVTX int nvtxRangePushW(const wchar_t *message) {
  char text[512];
  warplens_nvtxNarrow(text, sizeof(text), message);
  return nvtxRangePushA(text);
}
WARPLENS_NVTX nvtxRangeId_t nvtxRangeStartW(const wchar_t *message) {
  char text[512];
  warplens_nvtxNarrow(text, sizeof(text), message);
  return nvtxRangeStartA(text);
}
WARPLENS_NVTX void nvtxMarkW(const wchar_t *message) {
  char text[512];
  warplens_nvtxNarrow(text, sizeof(text), message);
  nvtxMarkA(text);
}
WARPLENS_NVTX nvtxStringHandle_t nvtxDomainRegisterStringW(nvtxDomainHandle_t domain, const wchar_t *string) {
  char text[512];
  (void)domain;
  warplens_nvtxNarrow(text, sizeof(text), string);
  return (nvtxStringHandle_t)strdup(text);
}
WARPLENS_NVTX nvtxDomainHandle_t nvtxDomainCreateW(const wchar_t *name) {
  return (nvtxDomainHandle_t)nvtxDomainRegisterStringW(0, name);
}
WARPLENS_NVTX void nvtxDomainNameCategoryW(nvtxDomainHandle_t domain, uint32_t category, const wchar_t *name) {
  (void)domain;
  (void)category;
  (void)name;
}

// Names that tools may show; nothing shows them yet.
WARPLENS_NVTX void nvtxNameCategoryA(uint32_t category, const char *name) {
  (void)category;
  (void)name;
}
WARPLENS_NVTX void nvtxNameOsThreadA(uint32_t thread, const char *name) {
  (void)thread;
  (void)name;
}

#undef WARPLENS_NVTX

#ifdef UNICODE
#else
#define nvtxMark nvtxMarkA
#define nvtxRangeStart nvtxRangeStartA
#define nvtxRangePush nvtxRangePushA
#define nvtxNameCategory nvtxNameCategoryA
#define nvtxNameOsThread nvtxNameOsThreadA
#define nvtxDomainCreate nvtxDomainCreateA
#define nvtxDomainRegisterString nvtxDomainRegisterStringA
#endif

#ifdef __cplusplus
}
#endif

#endif
