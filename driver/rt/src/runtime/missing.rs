//! Functions of the runtime API that the embedded device has not got. They are exported, so that programs which
//! mention them link and run until they call one; the call says its name and answers `NotSupported`.

missing_api! {
    // Parts of arrays, and texture references, which CUDA 12 removed.
    ArrayGetPlane ArrayGetSparseProperties ArrayGetMemoryRequirements MipmappedArrayGetMemoryRequirements
    Memcpy3DPeer Memcpy3DPeerAsync
    BindTexture BindTexture2D BindTextureToArray UnbindTexture GetTextureReference
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
