/** A script of an adopted client: one call, and then nothing is left to do. */
import { adopt } from "@effect-genesys/sdk"
import platformClient from "purecloud-platform-client-v2"

adopt(platformClient.ApiClient.instance)
const { pageSize } = await new platformClient.UsersApi().getUsers({ pageSize: 3 })
console.log(JSON.stringify(pageSize))
