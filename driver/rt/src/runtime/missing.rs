//! Functions of the runtime API that the embedded device has not got. They are exported, so that programs which
//! mention them link and run until they call one; the call says its name and answers `NotSupported`.

missing_api! {
    // Arrays, textures and surfaces.
    MallocArray MallocMipmappedArray Malloc3DArray FreeArray FreeMipmappedArray GetMipmappedArrayLevel
    ArrayGetInfo ArrayGetPlane ArrayGetSparseProperties ArrayGetMemoryRequirements
    MemcpyToArray MemcpyToArrayAsync MemcpyFromArray MemcpyFromArrayAsync MemcpyArrayToArray
    Memcpy2DToArray Memcpy2DToArrayAsync Memcpy2DFromArray Memcpy2DFromArrayAsync Memcpy2DArrayToArray
    Memcpy3DPeer Memcpy3DPeerAsync
    CreateTextureObject DestroyTextureObject GetTextureObjectResourceDesc GetTextureObjectTextureDesc
    GetTextureObjectResourceViewDesc CreateSurfaceObject DestroySurfaceObject GetSurfaceObjectResourceDesc
    BindTexture BindTexture2D BindTextureToArray UnbindTexture GetTextureReference GetChannelDesc
    // Other processes and other APIs.
    IpcGetMemHandle IpcOpenMemHandle IpcCloseMemHandle IpcGetEventHandle IpcOpenEventHandle
    ImportExternalMemory DestroyExternalMemory ExternalMemoryGetMappedBuffer
    ExternalMemoryGetMappedMipmappedArray ImportExternalSemaphore DestroyExternalSemaphore
    SignalExternalSemaphoresAsync WaitExternalSemaphoresAsync
    GraphicsMapResources GraphicsUnmapResources GraphicsResourceGetMappedPointer
    GraphicsSubResourceGetMappedArray GraphicsUnregisterResource GraphicsResourceSetMapFlags
    GLGetDevices GraphicsGLRegisterBuffer GraphicsGLRegisterImage
    MemPoolExportToShareableHandle MemPoolImportFromShareableHandle MemPoolExportPointer MemPoolImportPointer
    // Several devices in one launch, and rarely used parts.
    LaunchCooperativeKernelMultiDevice OccupancyMaxActiveClusters OccupancyMaxPotentialClusterSize
    GetExportTable MemRangeGetAttribute MemRangeGetAttributes
    DeviceGetNvSciSyncAttributes DeviceRegisterAsyncNotification StreamUpdateCaptureDependencies
    GraphAddExternalSemaphoresSignalNode GraphAddExternalSemaphoresWaitNode
    GraphConditionalHandleCreate GraphDebugDotPrint UserObjectCreate UserObjectRetain UserObjectRelease
    GraphRetainUserObject GraphReleaseUserObject StreamGetAttribute GraphAddNode
}
