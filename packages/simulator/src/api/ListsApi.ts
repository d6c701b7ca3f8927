/**
 * The lists of the org: wrap-up codes, skills, groups and so on, each with the paging, the permissions and the limits that Genesys
 * gives it, and the members of what has some. What is in them is in `internal/lists`.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as Schema from "effect/Schema"
import type { ListSpec } from "../internal/lists/listSpec.ts"
import { type SpecName, specs } from "../internal/lists/specs.ts"
import { Authorization, BodyCheck } from "./Authorization.ts"
import { NotFound } from "./ErrorBody.ts"
import { pageQuery, Several } from "./Paging.ts"
import { AnyPermission, Permissions } from "./Permissions.ts"

/** Of the query string of any list; what one does not know is left alone, as Genesys does. */
const query = {
  ...pageQuery,
  name: Schema.optionalKey(Schema.String),
  id: Several,
  sortOrder: Schema.optionalKey(Schema.Literals(["ASC", "DESC", "asc", "desc", "ascending", "descending"])),
  /** Of a list by the address of the next page. */
  after: Schema.optionalKey(Schema.String),
  /** Of a list by a cursor: rows of a page, 10 to 200, and where it goes on. */
  limit: Schema.optionalKey(
    Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 10, maximum: 200 }))
  ),
  cursor: Schema.optionalKey(Schema.String),
  /** Of presence definitions: those alone, or those alone that are not. Whether `true` brings all at Genesys is not settled. */
  deactivated: Schema.optionalKey(Schema.Literals(["true", "false", "TRUE", "FALSE"]))
}

/** A page of a list. */
export const ListPage = Schema.Struct({
  entities: Schema.Array(Schema.Record(Schema.String, Schema.Json)),
  pageSize: Schema.optionalKey(Schema.Int),
  pageNumber: Schema.optionalKey(Schema.Int),
  total: Schema.optionalKey(Schema.Int),
  pageCount: Schema.optionalKey(Schema.Int),
  firstUri: Schema.optionalKey(Schema.String),
  selfUri: Schema.optionalKey(Schema.String),
  nextUri: Schema.optionalKey(Schema.String),
  previousUri: Schema.optionalKey(Schema.String),
  lastUri: Schema.optionalKey(Schema.String),
  cursors: Schema.optionalKey(Schema.Struct({ after: Schema.optionalKey(Schema.String) }))
})

const list = <const Name extends SpecName>(name: Name) => {
  const { path, permissions }: ListSpec = specs[name]
  return HttpApiEndpoint.get(name, path, { query, success: ListPage }).annotate(AnyPermission, permissions)
}

const members = <const Name extends string>(name: Name, path: `/${string}`, permissions: ReadonlyArray<string>) =>
  HttpApiEndpoint.get(name, path, {
    params: { id: Schema.String },
    query: { ...query, pageSize: Schema.optionalKey(pageSizeOfMembers) },
    success: ListPage,
    error: NotFound
  }).annotate(AnyPermission, permissions)

const pageSizeOfMembers = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 100 }))

/** The endpoints of these lists. */
export class ListsApi extends HttpApiGroup.make("lists")
  .add(
    list("wrapUpCodes"),
    list("skills"),
    list("languages"),
    list("divisions"),
    list("groups"),
    list("teams"),
    list("presenceDefinitions"),
    list("flows"),
    list("flowOutcomes"),
    list("roles"),
    list("locations"),
    list("stations"),
    list("schedules"),
    list("evaluationForms"),
    list("surveyForms"),
    list("businessUnits"),
    list("managementUnits"),
    list("campaigns"),
    list("contactLists"),
    list("externalContacts"),
    list("externalOrganizations"),
    list("skillGroups"),
    members("queueMembers", "/api/v2/routing/queues/:id/members", ["routing:queue:view", "routing:queueMember:manage"]),
    members("groupMembers", "/api/v2/groups/:id/members", []),
    members("teamMembers", "/api/v2/teams/:id/members", ["groups:team:view"]),
    HttpApiEndpoint.get("oauthClients", "/api/v2/oauth/clients", { success: ListPage }).annotate(Permissions, [
      "oauth:client:view"
    ])
  )
  .middleware(BodyCheck)
  .middleware(Authorization) {}
