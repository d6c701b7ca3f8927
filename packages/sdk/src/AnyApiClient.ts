/** What `adopt` needs of an `ApiClient`. Each version of the official SDK has it, in types of its own. */
export interface AnyApiClient {
  readonly config: {
    readonly environment: string
    readonly basePath: string
    readonly gateway?: { readonly host: string } | undefined
    getConfUrl(pathType: string, regionUrl: string): string
  }
  callApi(
    path: string,
    httpMethod: string,
    pathParams: object,
    queryParams: object,
    headerParams: object,
    formParams: object,
    bodyParam: unknown,
    authNames: Array<string>,
    contentTypes: Array<string>,
    accepts: Array<string>,
    customHeaders?: Record<string, string>
  ): Promise<unknown>
  getHttpClient(): object
  setHttpClient(httpClient: object): void
  setAccessToken(token: string): void
}
