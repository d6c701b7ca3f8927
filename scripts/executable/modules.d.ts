/** What has no types: of it, what is used here. */
declare module "postject" {
  export const inject: (
    file: string,
    name: string,
    data: Uint8Array,
    options: { readonly sentinelFuse: string; readonly machoSegmentName?: string }
  ) => Promise<void>
}

declare module "*genesys-worker.cjs" {}
